import { lstatSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { keyOfLink } from '../environments/paths.ts';

/** What an author makes beside a pack while writing it, where no environment of ours is. */
const usual = ['.venv', 'node_modules'];

/** An environment that a pack's directory leads to. */
interface Reached {
  /** In the pack's directory. */
  readonly name: string;
  readonly path: string;
  /** Through a link of ours. */
  readonly isLinked: boolean;
}

/**
 * Leads a copy of a pack to the environments that the pack itself leads to.
 *
 * @param directory the pack's, absolute
 * @param copy the same without links of ours
 * @returns the directories of their programs, absolute, for `PATH`
 */
export async function linkIntoCopy(directory: string, copy: string): Promise<readonly string[]> {
  const reached = findEnvironments(directory);
  for (const { name, path, isLinked } of reached) if (isLinked) await symlink(path, join(copy, name));
  return reached.flatMap(({ path }) => ['bin', '.bin'].map((name) => join(path, name))).filter(isDirectory);
}

function findEnvironments(directory: string): readonly Reached[] {
  const linked = readdirSync(directory)
    .filter((name) => lstatSync(join(directory, name)).isSymbolicLink())
    .flatMap((name): Reached[] => {
      const text = readlinkSync(join(directory, name));
      return keyOfLink(text) === null ? [] : [{ name, path: resolve(directory, text), isLinked: true }];
    });
  const own = usual
    .filter((name) => linked.every((one) => one.name !== name) && isDirectory(join(directory, name)))
    .map((name): Reached => ({ name, path: join(directory, name), isLinked: false }));
  return [...linked, ...own];
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
