import type { Knex } from 'knex';
import type { Actual, RuntimeRow } from './actual.ts';

/**
 * Every runtime in Attune with its versions: few rows, read whole, because what a pack runs in can be another's.
 *
 * @param missing an older Attune has no versions
 * @returns by ref, versions as they are listed in Attune
 */
export async function loadRuntimes(
  knex: Knex | Knex.Transaction,
  missing: Actual['missing'],
): Promise<Actual['runtimes']> {
  const { rows } = (await knex.raw(selectRuntimes(missing))) as { rows: RuntimeRow[] };
  return new Map(rows.map((row) => [row.ref, row]));
}

function selectRuntimes({ kinds }: Actual['missing']): string {
  const version = `jsonb_build_object('version', v.version, 'isDefault', v.is_default, 'available', v.available,
                                      'config', v.execution_config)`;
  const versions = kinds.includes('runtime_version')
    ? `'[]'::jsonb`
    : `coalesce((SELECT jsonb_agg(${version} ORDER BY v.id) FROM runtime_version v WHERE v.runtime = r.id), '[]')`;
  return `SELECT r.ref, r.name, r.pack_ref AS "packRef", r.execution_config AS config, r.distributions,
                 ${versions} AS versions
            FROM runtime r ORDER BY r.ref`;
}
