import { lstat, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { SyncError } from '../errors.ts';
import type { Scratch } from './scratch.ts';

export interface MadeEnvironment {
  /** Where it is. */
  readonly directory: string;
  /** Where it was made: relative links in it were meant from there. */
  readonly origin: string;
  readonly scratch: Scratch;
  /** The published directory of the pack; null where the environment may be other packs' as well. */
  readonly pack: string | null;
}

/**
 * Leads what an environment has of the copy of the pack, which goes after the build, to the pack itself: links (npm's
 * `file:` directories) and the files in which Python writes paths down (`pip install -e`).
 *
 * @throws SyncError `environment-failed` where something leads to a place that will not be there
 */
export async function mendLinks(made: MadeEnvironment): Promise<void> {
  const entries = await readdir(made.directory, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isSymbolicLink()) await mendLink(path, made);
    else if (entry.isFile() && made.pack !== null && namesPaths.test(entry.name))
      await mendText(path, made.scratch.pack, made.pack);
  }
}

/** Where pip and setuptools write down where an editable package is. */
const namesPaths = /\.pth$|\.egg-link$|^__editable__.*\.py$|^direct_url\.json$/;

async function mendLink(path: string, { directory, origin, scratch, pack }: MadeEnvironment): Promise<void> {
  const text = await readlink(path);
  const target = resolve(dirname(join(origin, relative(directory, path))), text);
  const inside = within(origin, target);
  if (inside !== null) {
    const moved = join(directory, inside);
    // A manifest that was copied here names what is beside it in the pack.
    const beside = pack === null || (await isThere(moved)) ? null : join(pack, inside);
    const meant = beside !== null && (await isThere(beside)) ? beside : moved;
    if (resolve(dirname(path), text) !== meant) await relink(path, meant);
    return;
  }
  if (within(scratch.root, target) === null) return;
  const inPack = within(scratch.pack, target);
  const published = pack === null || inPack === null ? null : join(pack, inPack);
  if (published === null || !(await isThere(published))) throw leadsAway(path, directory, inPack);
  await relink(path, published);
}

async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}

async function mendText(path: string, copy: string, pack: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  if (text.includes(copy)) await writeFile(path, text.replaceAll(copy, pack));
}

/** Relative, so that the store can be moved as a whole. */
async function relink(path: string, target: string): Promise<void> {
  await rm(path);
  await symlink(relative(dirname(path), target), path);
}

/** The path relative to the directory, `` for itself; null where it is not in there. */
function within(directory: string, path: string): string | null {
  if (path === directory) return '';
  return path.startsWith(`${directory}/`) ? path.slice(directory.length + 1) : null;
}

function leadsAway(path: string, directory: string, inPack: string | null): SyncError {
  const what = inPack === null ? 'a temporary directory of the build' : `${inPack === '' ? '.' : inPack} of the pack`;
  return new SyncError(
    'environment-failed',
    `${relative(directory, path)} is a link to ${what}, which is not there later`,
    {
      hint: 'Name the directory in the manifest, or ship it as an archive beside it.',
    },
  );
}
