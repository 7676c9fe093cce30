import { readdirSync } from 'node:fs';
import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { unfinishedStates } from '../../actual/load-attached.ts';
import type { Context } from '../../context.ts';
import type { InstalledOnce, SweepFacts } from './choose-swept.ts';

interface Row {
  pack: string;
  version: string;
  digest: string;
  superseded: Date | null;
  needed: boolean;
}

/** What decides a sweep beside the pack store itself: of packs of this manager, and of those that none has any more. */
export async function readSweepFacts(context: Context, knex: Knex): Promise<SweepFacts> {
  const { name, packStore } = context.config;
  const versions = await readVersions(knex, name);
  return {
    nowMs: context.now().getTime(),
    keepMs: packStore.keepMs,
    versions,
    runningMs: versions.some(({ supersededMs }) => supersededMs !== null) ? await readRunning(knex) : new Map(),
    links: new Map(),
    directories: new Map(),
  };
}

async function readVersions(knex: Knex, manager: string): Promise<readonly InstalledOnce[]> {
  const { rows } = (await knex.raw(
    `SELECT v.pack, v.version, v.digest, v.superseded,
            p.digest IS NOT DISTINCT FROM v.digest OR h.pack IS NOT NULL AS needed
       FROM attune_sync.version v
       LEFT JOIN attune_sync.pack p ON p.ref = v.pack
       LEFT JOIN attune_sync.hold h ON h.pack = v.pack AND v.digest IN (h.digest, h.to_digest)
      WHERE p.ref IS NULL OR p.manager = ? ORDER BY v.pack, v.digest`,
    [manager],
  )) as { rows: Row[] };
  return rows.map(({ superseded, needed, ...row }) => ({
    ...row,
    supersededMs: superseded?.getTime() ?? null,
    isNeeded: needed,
  }));
}

/** An execution keeps its action's ref when the action is gone. */
async function readRunning(knex: Knex): Promise<ReadonlyMap<string, number>> {
  const { rows } = (await knex.raw(
    `SELECT coalesce(a.pack_ref, split_part(e.action_ref, '.', 1)) AS pack, min(e.created) AS created
       FROM execution e LEFT JOIN action a ON a.id = e.action WHERE e.status IN ${unfinishedStates} GROUP BY 1`,
  )) as { rows: { pack: string; created: Date }[] };
  return new Map(rows.map(({ pack, created }) => [pack, created.getTime()]));
}

/** Where the links in the pack store lead. */
export async function readStoreLinks(store: string): Promise<SweepFacts['links']> {
  const links = new Map<string, string>();
  for (const entry of await readdir(store, { withFileTypes: true }).catch(() => [])) {
    if (entry.isSymbolicLink()) links.set(entry.name, await readlink(join(store, entry.name)));
  }
  return links;
}

/** What the pack store holds below `.versions`, without packs of other managers, which are none of our business. */
export async function readStoreVersions(context: Context, knex: Knex): Promise<SweepFacts['directories']> {
  const { name, packStore } = context.config;
  const rows: { ref: string }[] = await knex('attune_sync.pack').whereNot({ manager: name }).select('ref');
  const foreign = new Set(rows.map(({ ref }) => ref));
  const directory = join(packStore.directory, '.versions');
  const directories = new Map<string, readonly string[]>();
  for (const entry of await readdir(directory, { withFileTypes: true }).catch(() => [])) {
    if (!entry.isDirectory() || foreign.has(entry.name)) continue;
    // Without waiting: promises for hundreds of directories cost more than the reading.
    directories.set(entry.name, readdirSync(join(directory, entry.name)).sort());
  }
  return directories;
}
