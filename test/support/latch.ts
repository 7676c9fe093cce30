import pg from 'pg';
import type { Fleet } from './fleet.ts';

/** Stops whoever writes a certain row, at that very row, until it is opened. */
export interface Latch extends AsyncDisposable {
  /** Waits until somebody stands before it. @returns the process id of that backend */
  reached(): Promise<number>;
  open(): Promise<void>;
}

export interface LatchPlace {
  /** With its schema. */
  readonly table: string;
  readonly on: 'INSERT' | 'UPDATE' | 'DELETE';
  /** A condition on NEW (OLD of a DELETE); any row without it. */
  readonly when?: string;
  /** At COMMIT instead of before the row. */
  readonly atCommit?: boolean;
}

const key = 471_100;
const patienceMs = 30_000;
let count = 0;

export async function setLatch(fleet: Fleet, { table, on, when, atCommit = false }: LatchPlace): Promise<Latch> {
  count += 1;
  const name = `latch_${count}`;
  const condition = when === undefined ? '' : `WHEN (${when})`;
  await fleet.sql(
    `CREATE FUNCTION public.${name}() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN PERFORM pg_advisory_xact_lock_shared(${key}); RETURN ${on === 'DELETE' ? 'OLD' : 'NEW'}; END $$`,
  );
  await fleet.sql(
    atCommit
      ? `CREATE CONSTRAINT TRIGGER ${name} AFTER ${on} ON ${table} DEFERRABLE INITIALLY DEFERRED
           FOR EACH ROW ${condition} EXECUTE FUNCTION public.${name}()`
      : `CREATE TRIGGER ${name} BEFORE ${on} ON ${table} FOR EACH ROW ${condition} EXECUTE FUNCTION public.${name}()`,
  );
  const holder = new pg.Client(fleet.context.database.connection);
  holder.on('error', () => {});
  await holder.connect();
  await holder.query(`SELECT pg_advisory_lock(${key})`);
  let isOpen = false;
  const open = async () => {
    if (isOpen) return;
    isOpen = true;
    await holder.end();
    // A backend whose client was killed may still hold what the trigger's table needs.
    await fleet.sql(`DROP TRIGGER ${name} ON ${table}`);
  };
  return {
    open,
    async reached() {
      const deadline = Date.now() + patienceMs;
      for (;;) {
        const [waiting] = await fleet.sql<{ pid: number }>(
          `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = ${key}
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
        );
        if (waiting !== undefined) return waiting.pid;
        if (Date.now() > deadline) throw new Error(`nobody came to ${on} ${table} ${when ?? ''}`);
      }
    },
    [Symbol.asyncDispose]: open,
  };
}
