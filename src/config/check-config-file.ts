import type { Problem } from '../errors.ts';
import { isObject } from '../json.ts';
import type { SchemaReport } from '../yaml/check-schema.ts';
import { namePath } from '../yaml/describe-value.ts';
import { problemAt } from '../yaml/problem-at.ts';
import type { Path, YamlDocument } from '../yaml/read-yaml.ts';
import { buildConfig } from './build-config.ts';
import { checkEnvironments } from './check-environments.ts';
import { checkWindows } from './check-windows.ts';
import type { Config, DesiredEntry } from './config.ts';
import type { ConfigFile } from './config-file.ts';
import { isInside } from './is-inside.ts';
import { parseDuration } from './parse-duration.ts';
import { parseGitUrl } from './parse-git-url.ts';
import { refuseTransport } from './refuse-transport.ts';

/** Timers count milliseconds in 31 bits; a longer one would fire at once. */
const longestMs = 2 ** 31 - 1;
/** In place of a part that has been found wrong already. */
const harmless: ConfigFile = { name: 'unknown', desiredState: [], database: { embedded: true } };
const timers: readonly (readonly [string, string])[] = [
  ['git', 'timeout'],
  ['environments', 'timeout'],
  ['sync', 'interval'],
  ['sync', 'removalDelay'],
];

/** What the schema cannot say, of the parts that have passed it. `file` is the document's absolute path. */
export function checkConfigFile(document: YamlDocument, file: string, isSound: SchemaReport['isSound']): Problem[] {
  if (!isObject(document.value)) return [];
  const sound = Object.entries(document.value).filter(([key]) => isSound([key]));
  const written = { ...harmless, ...Object.fromEntries(sound) } as ConfigFile;
  const config = buildConfig(written, file);
  return [
    ...checkDatabase(document, written),
    ...checkTimers(document, written),
    ...(isSound(['sync']) ? checkWindows(document, config) : []),
    ...(isSound(['environments']) ? checkEnvironments(document, config) : []),
    ...config.desiredState.flatMap((_, index) => checkUrl(document, written, config, index)),
    ...config.desiredState.flatMap((entry, index) => checkDuplicate(document, config, entry, index)),
  ];
}

function checkDatabase(document: YamlDocument, { database }: ConfigFile): Problem[] {
  const hasUrl = database.url !== undefined;
  if (hasUrl !== (database.embedded === true)) return [];
  const message = `database has ${hasUrl ? 'both' : 'neither'} url ${hasUrl ? 'and' : 'nor'} embedded: true; exactly one is expected.`;
  const path = hasUrl ? ['database', 'embedded'] : ['database'];
  const hint = 'embedded: true starts a PostgreSQL for trying; url names yours.';
  return [problemAt(document, path, hasUrl ? 'conflicting-keys' : 'missing-key', message, { part: 'key', hint })];
}

function checkTimers(document: YamlDocument, written: ConfigFile): Problem[] {
  return timers.flatMap(([section, key]) => {
    const settings = written[section as 'git' | 'sync' | 'environments'] as
      | Readonly<Record<string, string>>
      | undefined;
    const milliseconds = parseDuration(settings?.[key] ?? '') ?? 0;
    if (milliseconds <= longestMs) return [];
    return [problemAt(document, [section, key], 'out-of-range', `${section}.${key} is longer than 24 days (576h).`)];
  });
}

function checkUrl(document: YamlDocument, written: ConfigFile, { git }: Config, index: number): Problem[] {
  const url = written.desiredState[index]?.git?.url;
  if (url === undefined) return [];
  const path: Path = ['desiredState', index, 'git', 'url'];
  const address = parseGitUrl(url);
  const code = 'refused' in address ? 'invalid-url' : 'transport-refused';
  const refused = refuseTransport(url, git);
  if (refused === undefined) return [];
  const isUnnamed = 'transport' in address && !git.transports.includes(address.transport);
  const hint = isUnnamed
    ? `To allow it, write git: { transports: [${[...git.transports, address.transport].join(', ')}] }.`
    : undefined;
  return [problemAt(document, path, code, `${namePath(path)} ${refused}.`, { hint })];
}

function checkDuplicate(document: YamlDocument, config: Config, entry: DesiredEntry, index: number): Problem[] {
  const path: Path = ['desiredState', index];
  for (const [before, other] of config.desiredState.slice(0, index).entries()) {
    const { line } = document.position(['desiredState', before]);
    const first = `desiredState[${before}] (line ${line})`;
    const overlap = describeOverlap(entry, other);
    if (overlap !== undefined) {
      return [problemAt(document, path, 'duplicate-entry', `desiredState[${index}] ${overlap} ${first}.`)];
    }
    if (entry.name === other.name) {
      const message = `desiredState[${index}] has the same name as ${first}: ${entry.name}.`;
      return [problemAt(document, path, 'duplicate-entry', message, { hint: 'Give one of them another name.' })];
    }
  }
  return [];
}

function describeOverlap(one: DesiredEntry, other: DesiredEntry): string | undefined {
  if (one.type === 'directory' && other.type === 'directory') {
    if (one.directory === other.directory) return 'is the same directory as';
    if (isInside(one.directory, other.directory)) return 'lies inside';
    return isInside(other.directory, one.directory) ? 'contains' : undefined;
  }
  if (one.type !== 'git' || other.type !== 'git' || one.url !== other.url) return undefined;
  if (JSON.stringify(one.ref) !== JSON.stringify(other.ref) || one.path !== other.path) return undefined;
  return 'is the same repository, ref and path as';
}
