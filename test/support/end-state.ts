import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fleet } from './fleet.ts';

/**
 * All that a finished run leaves in Postgres and the pack store, without what is new in every database (ids, times,
 * places): equal where two runs came to the same end.
 */
export async function endState(fleet: Fleet): Promise<{ rows: readonly string[]; store: readonly string[] }> {
  const store = fleet.context.config.packStore.directory;
  return { rows: await endRows(fleet), store: await listStore(store, '') };
}

/** What it leaves in Postgres. */
export async function endRows(fleet: Pick<Fleet, 'directory' | 'sql'>): Promise<readonly string[]> {
  const rows = await fleet.sql<{ row: string }>(`SELECT row FROM (${rowQueries.join(' UNION ALL ')}) r ORDER BY row`);
  return rows.map(({ row }) => row.replaceAll(fleet.directory, ''));
}

/** Every component and its id, by pack, kind and ref. */
export async function allIds(fleet: Fleet): Promise<readonly string[]> {
  const rows = await fleet.sql<{ row: string }>(
    tables.map((table) => `SELECT '${table} ' || ref || ' ' || id AS row FROM ${table}`).join(' UNION ALL '),
  );
  return rows.map(({ row }) => row).sort();
}

const tables = [
  'pack',
  'runtime',
  'trigger',
  'permission_set',
  'workflow_definition',
  'action',
  'sensor',
  'policy',
  'rule',
];
const fresh = `ARRAY['id', 'created', 'updated', 'pack', 'runtime', 'trigger', 'action', 'workflow_def', 'installed_at', 'installed_by']`;
/** Foreign keys by the ref of what they lead to. */
const links: Readonly<Record<string, readonly (readonly [column: string, target: string])[]>> = {
  action: [
    ['runtime', 'runtime'],
    ['workflow_def', 'workflow_definition'],
  ],
  sensor: [
    ['runtime', 'runtime'],
    ['trigger', 'trigger'],
  ],
  policy: [['action', 'action']],
  rule: [
    ['action', 'action'],
    ['trigger', 'trigger'],
  ],
};
const rowQueries = [
  ...tables.map((table) => {
    const led = (links[table] ?? []).map(
      ([column, target]) =>
        ` || ' ${column}=' || coalesce((SELECT l.ref FROM ${target} l WHERE l.id = t.${column}), '')`,
    );
    return `SELECT '${table} ' || (to_jsonb(t) - ${fresh})::text${led.join('')} AS row FROM ${table} t`;
  }),
  `SELECT 'inventory pack ' || (to_jsonb(t) - ARRAY['created', 'updated'])::text FROM attune_sync.pack t`,
  `SELECT 'inventory component ' || (to_jsonb(t) - ARRAY['id'])::text FROM attune_sync.component t`,
  `SELECT 'override ' || (to_jsonb(t) - ARRAY['seen', 'pack_id'])::text FROM attune_sync.override t`,
];

async function listStore(store: string, inside: string): Promise<string[]> {
  const listed: string[] = [];
  for (const name of (await readdir(join(store, inside))).sort()) {
    if (name === '.staging' || name.startsWith('.store.json')) continue;
    const path = join(inside, name);
    const found = await lstat(join(store, path));
    if (found.isSymbolicLink()) listed.push(`${path} -> ${await readlink(join(store, path))}`);
    else if (found.isDirectory()) listed.push(...(await listStore(store, path)));
    // A note says how files look, which differs from copy to copy.
    else if (name.endsWith('.files')) listed.push(path);
    else listed.push(`${path}: ${await readFile(join(store, path), 'utf8')}`);
  }
  return listed;
}
