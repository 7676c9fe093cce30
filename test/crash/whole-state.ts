import { lstat, lutimes, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { allIds, endRows, endState } from '../support/end-state.ts';
import type { Fleet } from '../support/fleet.ts';
import { history, peoplesThings } from '../support/peoples-things.ts';

/** Everything that two runs which came to the same end have in common, as sorted lines by what they are about. */
export interface WholeState {
  readonly rows: readonly string[];
  /** What this tool remembers beside its inventory. */
  readonly remembered: readonly string[];
  /** What Attune's services are to hear, each message once. A run that only finishes another tells more. */
  readonly told: readonly string[];
  readonly people: string[];
  readonly ids: readonly string[];
  readonly store: readonly string[];
  /** Names in the store and beside it, and among the mirrors: where a cut off run could leave something for good. */
  readonly root: readonly string[];
}

export async function readWholeState(fleet: Fleet): Promise<WholeState> {
  const { rows, store } = await endState(fleet);
  const { stateDir, packStore } = fleet.context.config;
  const { directory: place } = packStore;
  return {
    rows,
    store: store.map(withoutTimes).sort(),
    remembered: await readRemembered(fleet),
    told: await readTold(fleet),
    people: [...(await peoplesThings(fleet)), ...(await history(fleet))],
    ids: await allIds(fleet),
    root: (
      await Promise.all([place, fleet.directory, join(stateDir, 'git'), join(fleet.directory, workers)].map(listNames))
    )
      .flat()
      .sort(),
  };
}

/** Where scenarios let Attune's workers look for environments. */
export const workers = 'workers';

async function listNames(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory, { recursive: basename(directory) === workers }).catch(() => []);
  // Whoever takes the lock of a mirror sweeps those, a minute later.
  return names.filter((name) => !/\.lock\.[0-9a-f-]{36}$/.test(name));
}

/** Of what is kept: when that was, and whether two runs kept it. Of an environment: when and how long it was built. */
function withoutTimes(line: string): string {
  if (line.includes('/.complete: ')) return line.replace(/"(builtAt|durationMs|bytes)": [^,\n]*/g, '"$1"');
  return line.replace(/\d{4}-\d\d-\d\dT\d+Z/, '{time}').replace(/\.changed-\d+\//, '.changed/');
}

async function readRemembered(fleet: Fleet): Promise<readonly string[]> {
  const lines = await fleet.sql<{ line: string }>(`${remembered.join(' UNION ALL ')} ORDER BY 1`);
  return lines.map(({ line }) => line.replaceAll(fleet.directory, ''));
}

async function readTold(fleet: Fleet): Promise<readonly string[]> {
  const lines = await fleet.sql<{ line: string }>(
    `SELECT DISTINCT concat_ws(' ', type, pack, payload - ARRAY['pack_id', 'rule_id', 'trigger_id', 'action_id']) AS line
       FROM attune_sync.announcement ORDER BY 1`,
  );
  return lines.map(({ line }) => line);
}

const remembered: readonly string[] = [
  `SELECT 'version ' || concat_ws(' ', pack, version, digest, source, superseded IS NULL) AS line FROM attune_sync.version`,
  `SELECT 'hold ' || (to_jsonb(h) - ARRAY['created', 'who'])::text FROM attune_sync.hold h`,
  `SELECT 'preserved ' || (to_jsonb(p) - ARRAY['id', 'created', 'restored'])::text || (restored IS NOT NULL) FROM attune_sync.preserved p`,
  `SELECT 'approval ' || (to_jsonb(a) - ARRAY['used', 'run'])::text FROM attune_sync.approval_use a`,
  `SELECT 'setting ' || key FROM attune_sync.settings`,
  `SELECT 'migration ' || name FROM attune_sync.migration`,
  // A link that was not switched any more is made by the next run, which says so.
  `SELECT 'change ' || concat_ws(' ', pack, action, outcome, from_version, to_version)
     FROM attune_sync.run_change WHERE action <> 'repair' AND outcome = 'applied'`,
];

/** Rows of each pack by its ref, without what is about more than one. */
export async function rowsByPack(fleet: Fleet): Promise<ReadonlyMap<string, string>> {
  const isMigrated =
    (await fleet.sql(`SELECT FROM pg_tables WHERE schemaname = 'attune_sync' AND tablename = 'preserved'`)).length > 0;
  const packs = new Map<string, string>();
  if (!isMigrated) return packs;
  for (const row of await endRows(fleet)) {
    const pack = /"pack(?:_ref)?": "(\w+)"/.exec(row)?.[1] ?? /"ref": "(\w+)"/.exec(row)?.[1];
    if (pack === undefined || row.startsWith('override ')) continue;
    packs.set(pack, `${packs.get(pack) ?? ''}${row}\n`);
  }
  return packs;
}

/** Changes with whatever is written: every row with the transaction that wrote it, every file with its times. */
export async function readVersions(fleet: Fleet): Promise<readonly string[]> {
  const tables = await fleet.sql<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('attune', 'attune_sync') ORDER BY 1`,
  );
  const rows = await fleet.sql<{ line: string }>(
    tables
      .map(
        ({ name }) =>
          `SELECT '${name} ' || coalesce(md5(string_agg(t.xmin || t.ctid::text, ' ' ORDER BY t.ctid)), '') AS line FROM ${name} t`,
      )
      .join(' UNION ALL '),
  );
  return [...rows.map(({ line }) => line), ...(await listTimes(fleet.context.config.packStore.directory))];
}

async function listTimes(path: string): Promise<readonly string[]> {
  const found = await lstat(path);
  const line = `${path} ${found.ino} ${found.mtimeMs} ${found.ctimeMs}`;
  if (!found.isDirectory()) return [line];
  const names = (await readdir(path)).sort();
  return [line, ...(await Promise.all(names.map((name) => listTimes(join(path, name))))).flat()];
}

/** Makes whatever waits in staging look as if a run of two days ago had left it. */
export async function ageStaging(fleet: Fleet): Promise<void> {
  const { packStore, stateDir } = fleet.context.config;
  const longAgo = new Date(Date.now() - 48 * 60 * 60 * 1000);
  for (const parent of [join(packStore.directory, '.staging'), join(stateDir, 'staging')]) {
    for (const name of await readdir(parent).catch(() => [])) {
      await lutimes(join(parent, name), longAgo, longAgo);
    }
  }
}
