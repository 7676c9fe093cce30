import type { DatabaseContext } from '../../../context.ts';
import { readWriter } from '../../../database/read-writer.ts';
import { formatAge } from '../../../text/format-age.ts';
import { type Finding, ok, warning } from '../finding.ts';

/** Longer than a run without builds takes, and shorter than anybody waits gladly. */
const longMs = 15 * 60_000;
/** Of a transaction that does nothing, before it is told. */
const patience = { idleSeconds: 60 };

interface IdleRow {
  readonly pid: number;
  readonly name: string;
  readonly role: string;
  readonly since: Date;
  readonly tables: readonly string[];
}

/** The writer lock, and transactions that somebody left open over rows of Attune or of this tool. */
export async function checkLocks(context: DatabaseContext, { idleSeconds } = patience): Promise<readonly Finding[]> {
  const { database, now } = context;
  const [writer, idle] = await Promise.all([readWriter(database), readIdle(context, idleSeconds)]);
  return [tellWriter(writer, now()), ...idle.map((one) => tellIdle(one, now()))];
}

function tellWriter(writer: Awaited<ReturnType<typeof readWriter>>, now: Date): Finding {
  if (writer === undefined) return ok('Nobody holds the writer lock.');
  const { name, since } = writer;
  const heldMs = since === null ? 0 : now.getTime() - since.getTime();
  if (heldMs < longMs) return ok(`The writer lock is held by ${name}: a run is under way.`);
  return warning(
    'writer-stuck',
    `The writer lock is held by ${name} for ${formatAge(heldMs)} already.`,
    'If that process hangs, end it: its lock goes with its connection, and what it did not commit is rolled back.',
  );
}

function tellIdle({ pid, name, role, since, tables }: IdleRow, now: Date): Finding {
  const age = formatAge(now.getTime() - since.getTime());
  const who = name === '' ? role : `${name} (${role})`;
  return warning(
    'transaction-idle',
    `${who} has a transaction open and idle for ${age}, which locks ${tables.join(', ')}.`,
    `Writing to these rows waits for it. End it there, or by \`SELECT pg_terminate_backend(${pid});\`.`,
  );
}

async function readIdle({ database }: DatabaseContext, idleSeconds: number): Promise<readonly IdleRow[]> {
  const { rows } = (await database.knex.raw(
    `SELECT activity.pid, activity.application_name AS name, coalesce(activity.usename, 'unknown') AS role,
            activity.state_change AS since, array_agg(DISTINCT n.nspname || '.' || c.relname)::text[] AS tables
       FROM pg_stat_activity activity
       JOIN pg_locks held ON held.pid = activity.pid AND held.locktype = 'relation' AND held.granted
       JOIN pg_class c ON c.oid = held.relation AND c.relkind IN ('r', 'p')
       JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE activity.datname = current_database() AND activity.state LIKE 'idle in transaction%'
        AND activity.state_change < clock_timestamp() - make_interval(secs => ?)
        AND held.mode <> 'AccessShareLock' AND n.nspname IN (?, 'attune_sync')
      GROUP BY 1, 2, 3, 4 ORDER BY 4`,
    [idleSeconds, database.schema],
  )) as { rows: IdleRow[] };
  return rows;
}
