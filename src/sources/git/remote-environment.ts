import { join } from 'node:path';
import type { GitHost } from '../../config/config.ts';
import { SyncError } from '../../errors.ts';
import type { Git } from './git.ts';
import type { Remote } from './parse-remote.ts';
import { homeFiles } from './prepare-home.ts';

type Environment = Record<string, string>;

const defaultPath = '/usr/local/bin:/usr/bin:/bin';

/** Facts about this machine's network, not about a user: without them nothing is reached behind a proxy. */
const network = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'];
const certificates = ['SSL_CERT_FILE', 'SSL_CERT_DIR', 'GIT_SSL_CAINFO', 'GIT_SSL_CAPATH'];

/** Variables that would point git at another repository than ours. */
const misleading =
  /^(GIT_(DIR|WORK_TREE|INDEX_FILE|NAMESPACE|OBJECT_DIRECTORY|ALTERNATE_.*|COMMON_DIR|TRACE.*|PREFIX)|SSH_ASKPASS)$/;

/** For hosts with `inherit: true` the caller's configuration stays; what must never depend on it is set over it. */
const inheritArguments = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'transfer.fsckObjects=true',
  'fetch.unpackLimit=1',
  'fetch.recurseSubmodules=false',
  'gc.auto=0',
  'maintenance.auto=false',
].flatMap((setting) => ['-c', setting]);

/** The environment for git on the local mirror: nothing of the caller's but the search path. */
export function localEnvironment(git: Git): Environment {
  return {
    PATH: git.environment.PATH ?? defaultPath,
    HOME: git.home,
    LC_ALL: 'C',
    GIT_CONFIG_GLOBAL: join(git.home, homeFiles.config),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_TERMINAL_PROMPT: '0',
  };
}

/**
 * The environment, and the arguments before git's verb, for speaking to one remote.
 *
 * @throws SyncError `git-token-unencrypted` where a token would leave this machine over plain http
 */
export function remoteEnvironment(
  git: Git,
  remote: Remote,
): { environment: Environment; arguments: readonly string[] } {
  const host = hostOf(git, remote);
  const shared: Environment = {
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    SSH_ASKPASS_REQUIRE: 'never',
    GIT_ALLOW_PROTOCOL: git.settings.transports.join(':'),
    GIT_HTTP_LOW_SPEED_LIMIT: '1',
    GIT_HTTP_LOW_SPEED_TIME: String(Math.max(1, Math.ceil(git.settings.timeoutMs / 1000))),
  };
  if (host.inherit === true) {
    const callers = Object.entries(git.environment).filter(([name]) => !misleading.test(name));
    return { environment: { ...known(callers), ...shared }, arguments: inheritArguments };
  }
  const machine = known([...network, ...certificates].map((name) => [name, git.environment[name]]));
  return {
    environment: { ...machine, ...localEnvironment(git), ...shared, ...logIn(git, remote, host) },
    arguments: [],
  };
}

/** The entry of `git.hosts` for a remote: `host:port` before `host`. */
function hostOf(git: Git, remote: Remote): GitHost {
  const { hosts } = git.settings;
  return hosts[`${remote.host}:${remote.port}`] ?? hosts[remote.host] ?? {};
}

function logIn(git: Git, remote: Remote, host: GitHost): Environment {
  if (remote.transport === 'ssh') {
    return {
      GIT_SSH: join(git.home, homeFiles.ssh),
      GIT_SSH_VARIANT: 'ssh',
      ATTUNE_SYNC_SSH_KEY: host.key ?? '',
      ATTUNE_SYNC_SSH_KNOWN_HOSTS: host.knownHosts ?? '',
      ATTUNE_SYNC_SSH_USER: remote.user === '' ? (host.user ?? '') : '',
    };
  }
  if (host.token === undefined || (remote.transport !== 'https' && remote.transport !== 'http')) return {};
  if (remote.transport === 'http' && !isLoopback(remote.host)) throw unencrypted(remote);
  return {
    GIT_ASKPASS: join(git.home, homeFiles.askpass),
    ATTUNE_SYNC_GIT_USER: host.user ?? 'x-access-token',
    ATTUNE_SYNC_GIT_TOKEN: String(host.token.reveal()),
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function unencrypted({ host }: Remote): SyncError {
  return new SyncError('git-token-unencrypted', `the token for ${host} would travel unencrypted over http`, {
    hint: 'Use https, or take the token out of git.hosts.',
  });
}

function known(entries: readonly (readonly [string, string | undefined])[]): Environment {
  return Object.fromEntries(entries.filter((entry): entry is readonly [string, string] => entry[1] !== undefined));
}
