import type { Knex } from 'knex';

/** How the tests of a pack ended last, as Attune's table has it, whoever ran them. */
export interface LastTest {
  /** The version that was tested, which need not be installed. */
  readonly version: string;
  readonly at: Date;
  /** `install`, `update`, `manual` or `validation`. */
  readonly reason: string;
  readonly total: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** From 0 to 1. */
  readonly passRate: number;
  readonly durationMs: number;
}

/** Null where there is none, or this Attune has no table of them that may be read. */
export async function readLastTest(knex: Knex, ref: string): Promise<LastTest | null> {
  const { rows } = (await knex.raw(
    `SELECT has_table_privilege(t, 'SELECT') AS can FROM to_regclass('pack_test_execution') t WHERE t IS NOT NULL`,
  )) as { rows: { can: boolean }[] };
  if (rows[0]?.can !== true) return null;
  const found = (await knex.raw(
    `SELECT x.pack_version AS version, x.execution_time AS at, x.trigger_reason AS reason, x.total_tests AS total, x.passed,
            x.failed, x.skipped, x.pass_rate::float AS "passRate", x.duration_ms::float AS "durationMs"
       FROM pack_test_execution x JOIN pack p ON p.id = x.pack_id
      WHERE p.ref = ? ORDER BY x.execution_time DESC, x.id DESC LIMIT 1`,
    [ref],
  )) as { rows: LastTest[] };
  return found.rows[0] ?? null;
}
