import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fleet } from '../support/fleet.ts';
import { rowsByPack } from './whole-state.ts';

/** What may be seen of each pack while a run is under way: all of the state before, or all of the one after. */
export interface Moment {
  readonly rows: ReadonlyMap<string, string>;
  readonly files: ReadonlyMap<string, string | null>;
}

export async function readMoment(fleet: Fleet, running: readonly string[]): Promise<Moment> {
  const files = new Map<string, string | null>();
  for (const ref of running) files.set(ref, await readFiles(join(fleet.context.config.packStore.directory, ref)));
  return { rows: await rowsByPack(fleet), files };
}

/** Just after a run was cut off: no pack is half written, and what ran still finds its files. */
export function assertMoment(found: Moment, before: Moment, after: Moment): void {
  for (const ref of new Set([...before.rows.keys(), ...after.rows.keys(), ...found.rows.keys()])) {
    const [now, old, fresh] = [found, before, after].map(({ rows }) => rows.get(ref));
    if (now !== old) assert.equal(now, fresh, `rows of ${ref} are neither those before nor those after`);
  }
  for (const [ref, now] of found.files) {
    assert.ok(now !== null, `{store}/${ref} leads to nothing`);
    if (now !== before.files.get(ref)) assert.equal(now, after.files.get(ref), `files of ${ref}`);
  }
}

/** Names and contents below a path, through links to a pack and to its environments; null where it leads to nothing. */
async function readFiles(directory: string): Promise<string | null> {
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    const lines = await Promise.all(
      entries.map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        const name = path.slice(directory.length);
        if (entry.isSymbolicLink()) return `${name} leads to: ${await readFiles(path)}`;
        return entry.isFile() ? `${name}: ${await readFile(path, 'utf8')}` : '';
      }),
    );
    return lines.sort().join('\n');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR') return readFile(directory, 'utf8');
    if (code === 'ENOENT') return null;
    throw error;
  }
}
