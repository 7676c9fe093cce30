import type { Database } from '../../src/database/database.ts';
import { lockClass, locks } from '../../src/database/locks.ts';

/** One statement that wrote, in the order in which they ran. */
export interface Write {
  /** The session: backend and when it began. */
  readonly session: string;
  readonly application: string;
  readonly name: string;
  /** Whether that session had the writer lock. */
  readonly holds: boolean;
  /** The session of the leader at that moment; null where none was. */
  readonly leader: string | null;
}

/** Lets Postgres note who writes to any table of Attune's or ours. What is rolled back leaves no note. */
export async function logWrites({ knex }: Database): Promise<void> {
  await knex.raw('CREATE SCHEMA chaos');
  await knex.raw(
    `CREATE TABLE chaos.write (id BIGINT GENERATED ALWAYS AS IDENTITY, session TEXT, application TEXT, name TEXT,
       holds BOOLEAN, leader TEXT)`,
  );
  await knex.raw(
    `CREATE FUNCTION chaos.note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       INSERT INTO chaos.write (session, application, name, holds, leader)
       SELECT a.pid || ' ' || a.backend_start, a.application_name, TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME,
         EXISTS (SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.mode = 'ExclusiveLock'
           AND l.pid = a.pid AND l.classid = ${lockClass} AND l.objid = ${locks.writer} AND l.objsubid = 2),
         (SELECT s.pid || ' ' || s.backend_start FROM pg_locks l JOIN pg_stat_activity s ON s.pid = l.pid
           WHERE l.locktype = 'advisory' AND l.granted AND l.mode = 'ExclusiveLock'
           AND s.application_name LIKE 'attune-sync leader%' LIMIT 1)
       FROM pg_stat_activity a WHERE a.pid = pg_backend_pid();
       RETURN NULL; END $$`,
  );
  const { rows } = (await knex.raw(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('attune', 'attune_sync')`,
  )) as { rows: { name: string }[] };
  for (const { name } of rows) {
    await knex.raw(
      `CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON ${name} FOR EACH STATEMENT EXECUTE FUNCTION chaos.note()`,
    );
  }
}

export const readWritesQuery = `SELECT session, application, name, holds, leader FROM chaos.write
  WHERE application LIKE 'attune-sync%' ORDER BY id`;

/**
 * What is wrong with these: a write without the writer lock, a session that writes again after another one did, or a
 * leader that does after the next one did.
 */
export function checkWrites(writes: readonly Write[]): readonly string[] {
  const without = writes.filter(({ holds }) => !holds);
  const noLock = without.slice(0, 3).map(({ name, application }) => `${application} wrote ${name} without the lock`);
  const leaders = writes.flatMap(({ leader }) => (leader === null ? [] : [leader]));
  return [
    ...noLock,
    ...returning(writes.map(({ session }) => session)).map((one) => `writes of session ${one} lie between another's`),
    ...returning(leaders).map((one) => `leader ${one} wrote again after the next one did`),
  ];
}

/** How many wrote, one after the other. */
export function countWriters(writes: readonly Write[]): { sessions: number; leaders: number } {
  return {
    sessions: new Set(writes.map(({ session }) => session)).size,
    leaders: new Set(writes.flatMap(({ leader }) => leader ?? [])).size,
  };
}

/** What comes again after something else came. */
function returning(all: readonly string[]): readonly string[] {
  const blocks = all.filter((one, index) => one !== all[index - 1]);
  return [...new Set(blocks.filter((one, index) => blocks.indexOf(one) !== index))];
}
