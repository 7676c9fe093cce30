import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDirectories } from '../store/make-directories.ts';
import { giveTree } from './give-tree.ts';
import { isEnvironmentLink } from './paths.ts';
import type { RunUser } from './run-command.ts';

/** A directory that goes with the commands that run in it. All paths are absolute. */
export interface Scratch {
  readonly root: string;
  /** A copy of the pack. */
  readonly pack: string;
  readonly home: string;
  readonly temporary: string;
}

/**
 * Makes a directory for the commands of a pack's author: with a copy of the pack, so that nothing they do reaches the
 * published one, and a home.
 *
 * @param root where; nothing stands there
 * @param pack the pack's directory; links of ours to environments are left out
 * @param user who is to own what is in it; this process's own user without one
 */
export async function makeScratch(root: string, pack: string, user?: RunUser): Promise<Scratch> {
  const scratch = { root, pack: join(root, 'pack'), home: join(root, 'home'), temporary: join(root, 'tmp') };
  await makeDirectories(dirname(root));
  await mkdir(root, { mode: 0o711 });
  await cp(pack, scratch.pack, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => !isEnvironmentLink(source),
  });
  for (const directory of [scratch.home, scratch.temporary]) await mkdir(directory, { mode: 0o700 });
  if (user !== undefined) {
    for (const directory of [scratch.pack, scratch.home, scratch.temporary]) await giveTree(directory, user);
  }
  return scratch;
}
