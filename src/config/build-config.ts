import { dirname, join, relative, resolve } from 'node:path';
import { Secret } from '../secret.ts';
import { buildGitRef, normalisePath } from './build-git-ref.ts';
import type {
  Config,
  DatabaseSettings,
  DesiredEntry,
  EnvironmentSettings,
  GitHost,
  HttpSettings,
  SuspendSettings,
  SyncWindow,
  VerifyPolicy,
} from './config.ts';
import type { ConfigFile, EntryFile, HostFile, HttpFile, StoreFile, WindowFile } from './config-file.ts';
import { parseDuration } from './parse-duration.ts';
import { parseGitUrl } from './parse-git-url.ts';

/** The configuration with defaults and absolute paths. `written` has passed its schema; `file` is absolute. */
export function buildConfig(written: ConfigFile, file: string): Config {
  const base = dirname(file);
  const { git = {}, sync = {}, packStore } = written;
  const stateDir = resolve(base, written.stateDir ?? '.attune');
  const store: StoreFile = typeof packStore === 'string' ? { directory: packStore } : (packStore ?? {});
  const { count = 5, percent = 25, components } = sync.removalLimit ?? {};
  return {
    file,
    name: written.name,
    desiredState: written.desiredState.map((entry) => buildEntry(entry, base)),
    database: buildDatabase(written.database),
    stateDir,
    packStore: {
      directory: store.directory === undefined ? join(stateDir, 'packs') : resolve(base, store.directory),
      ...(store.group === undefined ? {} : { group: store.group }),
      keepMs: duration(store.keep, '72h'),
    },
    git: {
      transports: git.transports ?? ['https', 'ssh'],
      timeoutMs: duration(git.timeout, '60s'),
      hosts: Object.fromEntries(
        Object.entries(git.hosts ?? {}).map(([host, settings]) => [host.toLowerCase(), buildHost(settings, base)]),
      ),
      ...(git.verify === undefined ? {} : { verify: git.verify.map((policy) => buildPolicy(policy, base)) }),
    },
    environments: buildEnvironments(written.environments, base),
    tests: written.tests ?? 'pack',
    ...(written.http === undefined ? {} : { http: buildHttp(written.http) }),
    ...buildMessageQueue(written.attune?.messageQueue),
    ...buildHooks(written.hooks),
    history: { keepMs: duration(written.history?.keep, '90d') },
    sync: {
      intervalMs: duration(sync.interval, '30s'),
      prune: sync.prune ?? true,
      removalDelayMs: duration(sync.removalDelay, '60s'),
      removalLimit: { count, percent, ...(components === undefined ? {} : { components }) },
      drainMs: sync.drain === undefined || sync.drain === 'wait' ? null : duration(sync.drain, '0s'),
      drift: sync.drift ?? 'repair',
      concurrency: sync.concurrency ?? 4,
      ...(sync.suspend === undefined ? {} : { suspend: buildSuspension(sync.suspend) }),
      ...(sync.windows === undefined ? {} : { windows: sync.windows.map(buildWindow) }),
    },
  };
}

/** Without a name of its own an entry is called by what it reads, so that the name stays when entries move. */
export function buildEntry({ name, directory, git }: EntryFile, base: string): DesiredEntry {
  if (git === undefined) {
    const absolute = resolve(base, directory ?? '.');
    return { type: 'directory', name: name ?? (relative(base, absolute) || '.'), directory: absolute };
  }
  const address = parseGitUrl(git.url);
  const isRelative = 'relative' in address && address.relative;
  const path = normalisePath(git.path ?? '.');
  return {
    type: 'git',
    name: name ?? (path === '' ? git.url : `${git.url}//${path}`),
    url: isRelative ? resolve(base, git.url) : git.url,
    ref: buildGitRef(git),
    path,
  };
}

function buildDatabase({ url, lockUrl, schema = 'attune' }: ConfigFile['database']): DatabaseSettings {
  if (url === undefined) return { schema, type: 'embedded' };
  return {
    schema,
    type: 'url',
    url: new Secret(url),
    ...(lockUrl === undefined ? {} : { lockUrl: new Secret(lockUrl) }),
  };
}

function buildHttp({
  listen = '127.0.0.1:8642',
  metrics = 'open',
  tokens = [],
  webhooks = [],
}: HttpFile): HttpSettings {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(listen) ?? [];
  return {
    // Brackets only tell the colons of an IPv6 address from the one before the port.
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port),
    metrics,
    tokens,
    webhooks: webhooks.map((webhook) => ({ ...webhook, secret: new Secret(webhook.secret) })),
  };
}

function buildMessageQueue(written: NonNullable<ConfigFile['attune']>['messageQueue']): Pick<Config, 'messageQueue'> {
  if (written === undefined) return {};
  return { messageQueue: { url: new Secret(written.url), exchange: written.exchange ?? 'attune.events' } };
}

function buildHooks({ afterApply }: NonNullable<ConfigFile['hooks']> = {}): Pick<Config, 'afterApply'> {
  if (afterApply === undefined) return {};
  return { afterApply: { command: afterApply.command, timeoutMs: duration(afterApply.timeout, '30s') } };
}

function buildSuspension({ until, ...rest }: { reason: string; by?: string; until?: string }): SuspendSettings {
  return { ...rest, ...(until === undefined ? {} : { until: new Date(until) }) };
}

function buildEnvironments(written: ConfigFile['environments'] = {}, base: string): EnvironmentSettings {
  const { build = 'here', directory, timeout, runAs, variables = {} } = written;
  return {
    build,
    ...(directory === undefined ? {} : { directory: resolve(base, directory) }),
    timeoutMs: duration(timeout, '15m'),
    ...(runAs === undefined ? {} : { runAs }),
    variables: Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, new Secret(value)])),
  };
}

function buildHost({ token, user, key, knownHosts, inherit }: HostFile, base: string): GitHost {
  return {
    ...(token === undefined ? {} : { token: new Secret(token) }),
    ...(user === undefined ? {} : { user }),
    ...(key === undefined ? {} : { key: resolve(base, key) }),
    ...(knownHosts === undefined ? {} : { knownHosts: resolve(base, knownHosts) }),
    ...(inherit === undefined ? {} : { inherit }),
  };
}

function buildWindow({ duration: length, timeZone = 'UTC', ...window }: WindowFile): SyncWindow {
  return { ...window, durationMs: duration(length, '0s'), timeZone };
}

function buildPolicy({ allowedSigners, gpgKeys, ...policy }: VerifyPolicy, base: string): VerifyPolicy {
  return {
    ...policy,
    ...(allowedSigners === undefined ? {} : { allowedSigners: resolve(base, allowedSigners) }),
    ...(gpgKeys === undefined ? {} : { gpgKeys: resolve(base, gpgKeys) }),
  };
}

function duration(text: string | undefined, fallback: string): number {
  return parseDuration(text ?? fallback) ?? 0;
}
