import { chmodSync, lchownSync, lstatSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SyncError } from '../errors.ts';
import { createRest, type Rest } from '../packs/files/rest.ts';

/**
 * Gives a tree the modes of a published one: 0755 for directories and what can be run, 0644 for the rest,
 * whatever the umask was; and a group, where one is configured. What is right already is left alone.
 */
export async function setModes(path: string, groupId: number | null): Promise<void> {
  await setModesBelow(path, groupId, createRest());
}

async function setModesBelow(path: string, groupId: number | null, rest: Rest): Promise<void> {
  const found = lstatSync(path);
  const mode = found.isDirectory() || (found.mode & 0o100) !== 0 ? 0o755 : 0o644;
  if ((found.mode & 0o7777) !== mode) chmodSync(path, mode);
  if (groupId !== null && found.gid !== groupId) lchownSync(path, found.uid, groupId);
  if (!found.isDirectory()) return;
  for (const name of readdirSync(path)) {
    const pause = rest();
    if (pause !== undefined) await pause;
    await setModesBelow(join(path, name), groupId, rest);
  }
}

/**
 * The number of a group by name or number, from /etc/group: Node cannot ask the system's name service.
 *
 * @throws SyncError `unknown-group`
 */
export async function findGroupId(group: string): Promise<number> {
  if (/^\d+$/.test(group)) return Number(group);
  const lines = (await readFile('/etc/group', 'utf8').catch(() => '')).split('\n');
  const id = lines.map((line) => line.split(':')).find(([name]) => name === group)?.[2];
  if (id === undefined) {
    throw new SyncError('unknown-group', `packStore.group names the group ${group}, which this machine does not have`, {
      hint: 'Create the group, or write its number.',
    });
  }
  return Number(id);
}
