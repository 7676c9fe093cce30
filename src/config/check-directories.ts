import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Problem } from '../errors.ts';
import { isObject } from '../json.ts';
import { problemAt } from '../yaml/problem-at.ts';
import { type Path, readYaml } from '../yaml/read-yaml.ts';
import type { Config } from './config.ts';

/**
 * Whether a file stands where the configuration wants a directory, or above it.
 *
 * @param text of the configuration, which has been found sound
 */
export async function checkDirectories(config: Config, text: string): Promise<readonly Problem[]> {
  const [document] = readYaml(text, config.file).documents;
  if (document === undefined || !isObject(document.value)) return [];
  const { packStore } = document.value;
  const store: Path = isObject(packStore) ? ['packStore', 'directory'] : ['packStore'];
  const hasOwn = isObject(packStore) ? packStore.directory !== undefined : packStore !== undefined;
  const settings: readonly (readonly [Path, string])[] = [
    [['stateDir'], config.stateDir],
    // Without a setting of its own the pack store is below `stateDir`.
    ...(hasOwn ? [[store, config.packStore.directory] as const] : []),
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
  return found;
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
