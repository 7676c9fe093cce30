import type { Knex } from 'knex';
import type { PackChange } from '../plan/plan.ts';
import { runStatement } from './run-statement.ts';

/** Of sensors that are started anew by what Attune's services are told: they run on as they were no longer. */
export async function endRestarts(
  transaction: Knex.Transaction,
  pack: string,
  sensors: 'all' | readonly string[],
): Promise<void> {
  if (sensors.length === 0) return;
  await runStatement(
    transaction,
    `DELETE FROM attune_sync.sensor_restart WHERE pack = ? AND why = 'changed' AND (?::boolean OR sensor = ANY(?::text[]))`,
    [pack, sensors === 'all', sensors === 'all' ? [] : [...sensors]],
  );
}

/**
 * Records the sensors that run on as they were, as the plan named them, in the transaction that changes them. One that
 * did so before keeps its time.
 */
export async function recordRestarts(
  transaction: Knex.Transaction,
  { ref, restarts = [] }: Pick<PackChange, 'ref' | 'restarts'>,
  manager: string,
): Promise<void> {
  if (restarts.length === 0) return;
  const rows = restarts.flatMap(({ code, rows }) =>
    rows.map((row) => ({ sensor: row.slice(row.indexOf(' ') + 1), why: code === 'sensor-gone' ? 'gone' : 'changed' })),
  );
  await runStatement(
    transaction,
    `INSERT INTO attune_sync.sensor_restart (sensor, pack, manager, why)
     SELECT r.sensor, ?, ?, r.why FROM jsonb_to_recordset(?::jsonb) AS r(sensor text, why text)
     ON CONFLICT (sensor) DO UPDATE SET pack = EXCLUDED.pack, manager = EXCLUDED.manager, why = EXCLUDED.why`,
    [ref, manager, JSON.stringify(rows)],
  );
}
