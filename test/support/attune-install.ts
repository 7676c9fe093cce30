import { cp, lstat, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fleet } from './fleet.ts';

export interface AttunePack {
  readonly ref: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Further lines of pack.yaml. */
  readonly pack?: string;
}

/**
 * Packs as Attune's own installer leaves them: their rows, real directories in the pack store, no trace of this tool,
 * not even its tables. Their sources are below `packs/`; no document names them.
 */
export async function installByAttune(fleet: Fleet, packs: readonly AttunePack[]): Promise<void> {
  for (const { ref, files, pack } of packs) await fleet.writePack(ref, files, pack === undefined ? {} : { pack });
  const { result } = await fleet.apply();
  if (result.outcome !== 'applied') throw new Error(JSON.stringify(result));
  await fleet.sql('DROP SCHEMA attune_sync CASCADE');
  const store = fleet.context.config.packStore.directory;
  const made = `${store}.made`;
  await rename(store, made);
  for (const { ref } of packs) {
    await cp(join(made, ref), join(store, ref), { recursive: true, dereference: true });
    await rm(join(fleet.directory, 'desired', `${ref}.yaml`));
  }
  await rm(made, { recursive: true });
  await fleet.sql(
    `UPDATE pack SET source_type = 'local_directory', source_url = '/srv/' || ref, source_ref = NULL, checksum = NULL,
            checksum_verified = FALSE, installed_by = NULL, installation_method = 'api', storage_path = ? || '/' || ref`,
    [store],
  );
  await fleet.sql(`DELETE FROM identity WHERE login = 'attune-sync'`);
}

/** A document that names a pack below `packs/`. */
export function nameInDocument(fleet: Fleet, ref: string, more = ''): Promise<void> {
  return fleet.write({
    [`desired/${ref}.yaml`]: `kind: Pack\nref: ${ref}\nsource:\n  directory: ../packs/${ref}\n${more}`,
  });
}

const tables = [
  'runtime',
  'trigger',
  'permission_set',
  'workflow_definition',
  'action',
  'sensor',
  'policy',
  'rule',
  'key',
];

/** Every row beside packs, with the transaction that wrote it last: equal where none was written, not even as it was. */
export async function rowVersions(fleet: Fleet, pack?: string): Promise<readonly string[]> {
  const named = pack === undefined ? '' : `WHERE t.ref LIKE '${pack}.%'`;
  const selects = tables.map(
    (table) => `SELECT '${table} ' || t.xmin || ' ' || to_jsonb(t)::text AS row FROM ${table} t ${named}`,
  );
  const packs =
    pack === undefined
      ? ''
      : ` UNION ALL SELECT 'pack ' || t.xmin || ' ' || to_jsonb(t)::text FROM pack t WHERE t.ref = '${pack}'`;
  const rows = await fleet.sql<{ row: string }>(`${selects.join(' UNION ALL ')}${packs} ORDER BY 1`);
  return rows.map(({ row }) => row);
}

/** Everything below a path: names, kinds, contents, and when each was changed last. */
export async function fileVersions(path: string): Promise<readonly string[]> {
  const found = await lstat(path);
  const line = `${path} ${found.mode} ${found.ino} ${found.mtimeMs} ${found.ctimeMs}`;
  if (found.isDirectory()) {
    const names = (await readdir(path)).sort();
    return [line, ...(await Promise.all(names.map((name) => fileVersions(join(path, name))))).flat()];
  }
  return [`${line} ${found.isFile() ? await readFile(path, 'base64') : ''}`];
}
