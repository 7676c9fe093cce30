import { performance } from 'node:perf_hooks';
import type { Database } from '../../../database/database.ts';
import { describeErrors } from '../../../database/describe-errors.ts';
import { describePlace } from '../../../database/describe-place.ts';
import { type Finding, ok, warning } from '../finding.ts';

const rounds = 5;
/** A pass asks some dozens of questions, one after the other. */
const slowMs = 20;
/** Of the connections that are allowed, when the next one may be refused. */
const crowded = 0.9;

interface ServerRow {
  readonly version: string;
  readonly standby: boolean;
  readonly readOnly: boolean;
  readonly used: number;
  readonly most: number;
}

/** That it answers was proved by opening it, and with it that no pooler stands before it. */
export function checkDatabase(database: Database): Promise<readonly Finding[]> {
  return describeErrors(database, async () => {
    const { knex, connection } = database;
    const { rows } = (await knex.raw(
      `SELECT current_setting('server_version') AS version, pg_is_in_recovery() AS standby,
              current_setting('default_transaction_read_only')::boolean AS "readOnly",
              (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS used,
              current_setting('max_connections')::int AS most`,
    )) as { rows: ServerRow[] };
    const [server] = rows;
    if (server === undefined) return [];
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const asked = performance.now();
      await knex.raw('SELECT 1');
      times.push(performance.now() - asked);
    }
    const fastest = Math.min(...times);
    const version = server.version.split(' ')[0];
    const said = `${describePlace(connection)} is PostgreSQL ${version}, and answers in ${fastest.toFixed(1)} ms.`;
    return [
      fastest > slowMs
        ? warning('database-slow', said, 'Run this nearer to the database: every pass waits for it.')
        : ok(said),
      ...listObstacles(server),
    ];
  });
}

function listObstacles({ standby, readOnly, used, most }: ServerRow): Finding[] {
  const found: Finding[] = [];
  if (standby)
    found.push(
      warning(
        'database-standby',
        'It is a standby: plan and status work, nothing can be written.',
        'Name the primary in database.url.',
      ),
    );
  else if (readOnly)
    found.push(
      warning(
        'database-read-only',
        'Transactions are read-only by default, so that nothing can be written.',
        'Look for default_transaction_read_only at the role, the database and the server.',
      ),
    );
  if (used >= most * crowded)
    found.push(
      warning(
        'database-crowded',
        `${used} of ${most} connections are in use.`,
        'Raise max_connections, or look in pg_stat_activity for who holds them; the daemon needs up to six.',
      ),
    );
  return found;
}
