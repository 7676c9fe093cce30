import type { Database } from '../database/database.ts';

/** The one open database of a daemon, opened when it is asked for. */
export interface KeptDatabase {
  /** Opens it where it is not open. @throws what opening throws. */
  get(): Promise<Database>;
  /** Closes it, so that the next `get` opens it anew: an embedded server that died is then started again. */
  drop(): Promise<void>;
  close(): Promise<void>;
}

/** Opens nothing yet. */
export function keepDatabase(open: () => Promise<Database>): KeptDatabase {
  let database: Database | null = null;
  async function close(): Promise<void> {
    const open = database;
    database = null;
    await open?.close();
  }
  return {
    async get() {
      database ??= await open();
      return database;
    },
    // A connection that is lost cannot always be closed in order.
    drop: () => close().catch(() => undefined),
    close,
  };
}
