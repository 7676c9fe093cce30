import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Problem } from '../errors.ts';
import { isObject } from '../json.ts';
import { problemAt } from '../yaml/problem-at.ts';
import { type Path, readYaml } from '../yaml/read-yaml.ts';
import { checkOverlap } from './check-environments.ts';
import type { Config } from './config.ts';

/**
 * Whether a file stands where the configuration wants a directory, or above it, and whether links make one of two.
 *
 * @param text of the configuration, which has been found sound
 */
export async function checkDirectories(config: Config, text: string): Promise<readonly Problem[]> {
  const [document] = readYaml(text, config.file).documents;
  if (document === undefined || !isObject(document.value)) return [];
  const { packStore } = document.value;
  const { environments } = config;
  const store: Path = isObject(packStore) ? ['packStore', 'directory'] : ['packStore'];
  const hasOwn = isObject(packStore) ? packStore.directory !== undefined : packStore !== undefined;
  const settings: readonly (readonly [Path, string])[] = [
    [['stateDir'], config.stateDir],
    // Without a setting of its own the pack store is below `stateDir`.
    ...(hasOwn ? [[store, config.packStore.directory] as const] : []),
    ...(environments.directory === undefined ? [] : [[['environments', 'directory'], environments.directory] as const]),
  ];
  const found: Problem[] = [];
  for (const [path, directory] of settings) {
    const file = await findFile(directory);
    if (file === null) continue;
    const name = path.join('.');
    const message = `${name}: ${directory} cannot be a directory, because ${file === directory ? 'it' : file} is a file.`;
    const hint = 'Move the file away, or name another directory.';
    found.push(problemAt(document, path, 'disk-not-a-directory', message, { hint }));
  }
  return found.length > 0 ? found : checkOverlap(document, await resolveLinks(config));
}

/** The configuration with the directories that links on the disk lead to. */
async function resolveLinks(config: Config): Promise<Config> {
  const { directory } = config.environments;
  if (directory === undefined) return config;
  return {
    ...config,
    desiredState: await Promise.all(
      config.desiredState.map(async (entry) =>
        entry.type === 'directory' ? { ...entry, directory: await resolveExisting(entry.directory) } : entry,
      ),
    ),
    environments: { ...config.environments, directory: await resolveExisting(directory) },
    packStore: { ...config.packStore, directory: await resolveExisting(config.packStore.directory) },
    stateDir: await resolveExisting(config.stateDir),
  };
}

/** The real path, also of what is not there yet in a directory that is. */
async function resolveExisting(path: string): Promise<string> {
  const real = await realpath(path).catch(() => null);
  return real ?? (dirname(path) === path ? path : join(await resolveExisting(dirname(path)), basename(path)));
}

/** The path itself or the nearest above it that exists, where that is no directory. */
async function findFile(path: string): Promise<string | null> {
  try {
    return (await stat(path)).isDirectory() ? null : path;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
    return isMissing && dirname(path) !== path ? findFile(dirname(path)) : null;
  }
}
