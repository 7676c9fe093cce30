import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Config } from '../config/config.ts';
import { configName, findConfig } from '../config/find-config.ts';
import { parseConfig } from '../config/load-config.ts';
import { readEntryDirectory } from '../desired/read-entry-directory.ts';
import { warnOfUser } from '../environments/find-user.ts';
import { type Problem, problem, problemsOf } from '../errors.ts';
import { isObject } from '../json.ts';
import { decodeUtf8 } from '../yaml/decode-utf8.ts';
import { problemAt } from '../yaml/problem-at.ts';
import { readYaml } from '../yaml/read-yaml.ts';
import type { DocumentFiles } from './validate-documents.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a path holds, before its documents are checked together with those of the other paths. */
export interface FoundToValidate {
  readonly configs: readonly string[];
  readonly entries: readonly DocumentFiles[];
  /** Directories of packs. */
  readonly packs: readonly string[];
  readonly problems: readonly Problem[];
}

const nothing: FoundToValidate = { configs: [], entries: [], packs: [], problems: [] };

/** The configuration that applies in a directory, and the documents of its directories. */
export async function findFromConfig(options: {
  startDirectory: string;
  environment: Environment;
  file?: string;
}): Promise<FoundToValidate> {
  try {
    return await findToValidate(await findConfig(options), options.environment, true);
  } catch (error) {
    return { ...nothing, problems: problemsOf(error) };
  }
}

/**
 * What stands at an absolute path: a directory with a pack.yaml is a pack, one with a configuration is that
 * configuration, any other holds documents; a file says by its keys what it is.
 */
export async function findToValidate(
  path: string,
  environment: Environment,
  isConfig = basename(path) === configName,
): Promise<FoundToValidate> {
  const found = await stat(path).catch(() => null);
  if (found === null)
    return refuse(
      path,
      'There is no such file or directory',
      'Check the path; it is relative to the working directory.',
    );
  if (found.isDirectory()) return findInDirectory(path, environment);
  if (!found.isFile())
    return refuse(path, 'This is neither a file nor a directory', 'Name a document, a directory or a pack.');
  if (basename(path) === 'pack.yaml') return { ...nothing, packs: [dirname(path)] };
  const { text, problems } = await readText(path);
  if (text === null) return { ...nothing, problems };
  if (isConfig || looksLikeConfig(text)) return findInConfig(path, text, environment);
  const base = { type: 'directory', directory: dirname(path) } as const;
  return { ...nothing, entries: [{ name: path, base, files: [{ path: basename(path), text }] }] };
}

async function findInDirectory(directory: string, environment: Environment): Promise<FoundToValidate> {
  if (await isFile(join(directory, 'pack.yaml'))) return { ...nothing, packs: [directory] };
  if (await isFile(join(directory, configName))) return findToValidate(join(directory, configName), environment);
  const { entry, problems } = await readEntry(directory, directory);
  const isEmpty = entry.files.length === 0 && problems.length === 0;
  return isEmpty
    ? refuse(
        directory,
        'This directory holds no YAML file',
        'Documents end in .yaml or .yml, and a pack has a pack.yaml.',
      )
    : { ...nothing, entries: [entry], problems };
}

async function findInConfig(file: string, text: string, environment: Environment): Promise<FoundToValidate> {
  const { config, problems } = parseConfig(text, file, environment, 'warning');
  const directories = (config?.desiredState ?? []).flatMap((entry) => (entry.type === 'directory' ? [entry] : []));
  // A variable that is not set here leaves its name in the path.
  const known = directories.filter(({ directory }) => !directory.includes('${'));
  const read = await Promise.all(known.map(({ name, directory }) => readEntry(name, directory)));
  return {
    ...nothing,
    configs: [file],
    entries: read.map(({ entry }) => entry),
    problems: [...problems, ...(await checkRunAs(config, text)), ...read.flatMap((one) => one.problems)],
  };
}

async function checkRunAs(config: Config | null, text: string): Promise<Problem[]> {
  const [document] = readYaml(text, config?.file ?? '').documents;
  if (config === null || document === undefined) return [];
  const found = await warnOfUser(config);
  return found.map(({ code, message, hint, severity }) =>
    problemAt(document, ['environments', 'runAs'], code, message, { hint, severity }),
  );
}

async function readEntry(name: string, directory: string): Promise<{ entry: DocumentFiles; problems: Problem[] }> {
  const { files, problems } = await readEntryDirectory(directory);
  const decoded = files.map(({ path, bytes }) => ({ path, ...decodeUtf8(bytes, join(directory, path)) }));
  return {
    entry: {
      name,
      base: { type: 'directory', directory },
      files: decoded.flatMap(({ path, text }) => (text === null ? [] : [{ path, text }])),
    },
    problems: [...problems, ...decoded.flatMap((file) => file.problems)],
  };
}

function looksLikeConfig(text: string): boolean {
  const [document] = readYaml(text, '').documents;
  return isObject(document?.value) && 'desiredState' in document.value && !('kind' in document.value);
}

async function readText(file: string): Promise<{ text: string | null; problems: readonly Problem[] }> {
  try {
    return decodeUtf8(await readFile(file), file);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    return {
      text: null,
      problems: refuse(file, `This cannot be read (${code})`, 'Give the user that runs this the right to read it.')
        .problems,
    };
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

function refuse(file: string, message: string, hint: string): FoundToValidate {
  return { ...nothing, problems: [problem('error', 'path-unreadable', message, { hint, where: { file } })] };
}
