import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { hasErrors, type Problem, problem, SyncError } from '../errors.ts';
import { orderProblems } from '../problems/order-problems.ts';
import { createReporter } from '../yaml/check-schema.ts';
import { decodeUtf8 } from '../yaml/decode-utf8.ts';
import { readYaml, type YamlDocument } from '../yaml/read-yaml.ts';
import { buildConfig } from './build-config.ts';
import { checkConfigFile } from './check-config-file.ts';
import { checkDirectories } from './check-directories.ts';
import type { Config } from './config.ts';
import type { ConfigFile } from './config-file.ts';
import { findConfig } from './find-config.ts';
import { interpolate, type Replaced } from './interpolate.ts';
import { resolvedSchema } from './resolved-schema.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigOptions {
  /** Relative to `startDirectory`; without it `attune.config.yaml` is searched there and upwards. */
  readonly file?: string;
  readonly startDirectory: string;
  /** For `${NAME}`; the environment is read nowhere else. */
  readonly environment: Environment;
}

/** Reads the configuration (design §4). Throws a SyncError that holds every problem; `problems` are warnings. */
export async function loadConfig(options: ConfigOptions): Promise<{ config: Config; problems: readonly Problem[] }> {
  const file = await findConfig(options);
  const { text, problems } = await readText(file);
  const parsed = text === null ? { config: null, problems } : parseConfig(text, file, options.environment);
  const { config } = parsed;
  const obstacles = config === null || text === null ? [] : await checkDirectories(config, text);
  if (config !== null && obstacles.length === 0) return { config, problems: parsed.problems };
  const wrong = [...parsed.problems, ...obstacles];
  const count = wrong.length === 1 ? 'a mistake' : `${wrong.length} mistakes`;
  throw new SyncError('invalid-config', `${basename(file)} has ${count}.`, { problems: wrong });
}

/**
 * The text of a configuration as Config; null where it has errors. `file` is its absolute path.
 * @param unset how an unset variable counts: where nothing is opened (`validate`), values that hold one are not needed
 */
export function parseConfig(
  text: string,
  file: string,
  environment: Environment,
  unset: Problem['severity'] = 'error',
): { config: Config | null; problems: readonly Problem[] } {
  const { documents, problems: syntax } = readYaml(text, file);
  const [document, second] = documents;
  if (hasErrors(syntax)) return { config: null, problems: syntax };
  if (document === undefined) {
    const empty = problem('error', 'empty-file', 'The configuration is empty.', {
      where: { file, line: 1, column: 1 },
    });
    return { config: null, problems: [empty] };
  }
  if (second !== undefined) return { config: null, problems: [severalDocuments(second)] };
  const { document: replaced, problems: missing, values } = interpolate(document, environment);
  const report = createReporter(resolvedSchema())(replaced, file);
  const problems = orderProblems([
    ...missing.map((one) => (one.code === 'unset-variable' ? { ...one, severity: unset } : one)),
    // A value that could not be replaced fails its pattern as well; once is enough.
    ...report.problems
      .filter(({ where }) => !missing.some((one) => isSamePlace(one.where, where)))
      .map((one) => nameVariable(one, values)),
    ...checkConfigFile(replaced, file, report.isSound),
  ]);
  if (hasErrors(problems)) return { config: null, problems };
  return { config: freeze(buildConfig(replaced.value as unknown as ConfigFile, file)), problems };
}

async function readText(file: string): Promise<{ text: string | null; problems: readonly Problem[] }> {
  try {
    return decodeUtf8(await readFile(file), file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const [reason, hint] = unreadable(code);
    const message = `The configuration ${file} ${reason}.`;
    throw new SyncError('config-not-found', message, { hint, where: { file }, cause: error });
  }
}

/** Why, and what to do about it. */
function unreadable(code = 'unknown'): readonly [string, string] {
  if (code === 'ENOENT') return ['does not exist', 'Check --config; its path is relative to the working directory.'];
  if (code === 'EISDIR') return ['is a directory', 'Name the file in it.'];
  return [`cannot be read (${code})`, 'Give the user that runs this the right to read it.'];
}

function severalDocuments(second: YamlDocument): Problem {
  const where = second.position([]);
  const message = 'The configuration is one YAML document; a second one begins here.';
  return problem('error', 'several-documents', message, { where, excerpt: second.excerpt(where) });
}

/** What to do about a value that came from the environment is to be done there, not in the file. */
function nameVariable(one: Problem, values: readonly Replaced[]): Problem {
  const names = values.find(({ where }) => isSamePlace(one.where, where))?.names ?? [];
  return names.length === 0 ? one : { ...one, hint: `Check what the environment variable ${names.join(', ')} holds.` };
}

function isSamePlace(one: Problem['where'], other: Problem['where']): boolean {
  return one?.line === other?.line && one?.column === other?.column;
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) freeze(member);
  return Object.freeze(value);
}
