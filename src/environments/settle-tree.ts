import { isUtf8 } from 'node:buffer';
import { chmodSync, lchownSync, lstatSync, readdirSync, type Stats } from 'node:fs';
import { join, relative } from 'node:path';
import { SyncError } from '../errors.ts';
import { createRest } from '../packs/files/rest.ts';
import type { RunUser } from './run-command.ts';

interface Settling {
  /** Who built it, where that was another user: all of it must be theirs. */
  readonly builder: RunUser | undefined;
  /** Null leaves the group. */
  readonly groupId: number | null;
}

/**
 * Gives an environment the modes of a published tree, whatever the umask was: everybody may read it, run what can be run,
 * and only this process's user may change it, to whom it belongs from here on.
 *
 * @returns how many bytes it takes on the disk
 * @throws SyncError `environment-failed` where something in it belongs to neither of the two: a hard link to the file of
 *   somebody else, whose mode nobody may change this way; or where a name in it is no text
 */
export async function settleTree(directory: string, settling: Settling): Promise<number> {
  const rest = createRest();
  const counted = new Set<number>();
  let bytes = 0;
  const settle = async (path: string): Promise<void> => {
    const found = lstatSync(path);
    settleEntry(path, found, settling);
    // A file with several names takes its room once.
    if (found.nlink === 1 || found.isDirectory() || !counted.has(found.ino)) bytes += found.blocks * 512;
    if (found.nlink > 1) counted.add(found.ino);
    if (!found.isDirectory()) return;
    for (const name of readdirSync(path)) {
      if (name.includes('\ufffd')) requireText(path, relative(directory, path));
      await rest();
      await settle(join(path, name));
    }
  };
  await settle(directory);
  return bytes;
}

/** Names that are not UTF-8 are read as others, of which there is no file. */
function requireText(path: string, shown: string): void {
  const wrong = readdirSync(path, { encoding: 'buffer' }).find((name) => !isUtf8(name));
  if (wrong === undefined) return;
  throw new SyncError('environment-failed', `${join(shown, wrong.toString())} has a name that is not UTF-8`, {
    hint: `The bytes of the name are ${wrong.toString('hex')}. Use a package without such files, or let the last command rename them.`,
  });
}

function settleEntry(path: string, found: Stats, { builder, groupId }: Settling): void {
  if (builder !== undefined && found.uid !== builder.uid)
    throw new SyncError('environment-failed', `${path} was built and belongs to the user ${found.uid}`, {
      hint: 'What a build makes must belong to the user that builds.',
    });
  const own = builder === undefined ? found : { uid: process.getuid?.() ?? found.uid, gid: process.getgid?.() ?? 0 };
  const gid = groupId ?? own.gid;
  if (found.uid !== own.uid || found.gid !== gid) lchownSync(path, own.uid, gid);
  if (found.isSymbolicLink()) return;
  const mode = found.isDirectory() || (found.mode & 0o111) !== 0 ? 0o755 : 0o644;
  if ((found.mode & 0o7777) !== mode) chmodSync(path, mode);
}
