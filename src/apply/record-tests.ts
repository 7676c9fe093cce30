import type { Knex } from 'knex';
import { storedResult } from '../pack-tests/stored-result.ts';
import type { TestResult } from '../pack-tests/test-result.ts';
import { runStatement } from './run-statement.ts';

/** Which tests ran, and why. */
export interface TestRecord {
  readonly ref: string;
  /** What was tested, which need not be installed. */
  readonly version: string;
  /** In the words of Attune. */
  readonly reason: 'install' | 'update' | 'manual';
  readonly result: TestResult;
}

/** Attune's column holds no more. */
const longestVersion = 50;
/** Its counts are integers of four bytes. */
const largestInteger = 2 ** 31 - 1;

/**
 * Writes how tests ended to Attune's `pack_test_execution`. Nothing, where this Attune has no such table, where it may not
 * be written to, or where the pack has no row.
 *
 * @returns false where nothing was written
 */
export async function recordTests(
  transaction: Knex.Transaction,
  { ref, version, reason, result }: TestRecord,
): Promise<boolean> {
  if (!(await canRecord(transaction))) return false;
  const { rowCount } = await runStatement(
    transaction,
    `INSERT INTO pack_test_execution (pack_id, pack_version, execution_time, trigger_reason, total_tests, passed, failed,
       skipped, pass_rate, duration_ms, result)
     SELECT p.id, ?, ?::timestamptz, ?, ?::int, ?::int, ?::int, ?::int, ?::numeric, ?::bigint, ?::jsonb
       FROM pack p WHERE p.ref = ?`,
    [
      version.slice(0, longestVersion),
      result.at,
      reason,
      ...[result.total, result.passed, result.failed, result.skipped].map(inColumn),
      floorRate(result.passRate),
      Math.round(result.durationMs),
      JSON.stringify(storedResult(ref, version, result)),
      ref,
    ],
  );
  return rowCount > 0;
}

/** Runners that tell of more tests than there can be, each by itself within bounds, must not fail a pack. */
function inColumn(count: number): number {
  return Math.min(count, largestInteger);
}

/** Only where all passed is it 1, however many there were. */
function floorRate(rate: number): number {
  return Math.floor(rate * 10_000) / 10_000;
}

async function canRecord(transaction: Knex.Transaction): Promise<boolean> {
  const { rows } = await runStatement<{ can: boolean | null }>(
    transaction,
    `SELECT has_table_privilege(t, 'INSERT')
        AND coalesce(has_sequence_privilege(pg_get_serial_sequence(t::text, 'id'), 'USAGE'), TRUE) AS can
       FROM to_regclass('pack_test_execution') t WHERE t IS NOT NULL`,
    [],
  );
  return rows[0]?.can === true;
}
