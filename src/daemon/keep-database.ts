import type { Database } from '../database/database.ts';

/** The one open database of a daemon, opened when it is asked for. */
export interface KeptDatabase {
  /** Opens it where it is not open; who asks meanwhile waits for the same one. @throws what opening throws. */
  get(): Promise<Database>;
  /** Closes it, so that the next `get` opens it anew: an embedded server that died is then started again. */
  drop(): Promise<void>;
  close(): Promise<void>;
}

/** Opens nothing yet. */
export function keepDatabase(open: () => Promise<Database>): KeptDatabase {
  let database: Promise<Database> | null = null;
  async function close(): Promise<void> {
    const opened = database;
    database = null;
    // One that was never opened needs no closing; who asked for it was told.
    const found = await opened?.catch(() => null);
    await found?.close();
  }
  return {
    get() {
      if (database !== null) return database;
      const opening = open();
      database = opening;
      opening.catch(() => {
        if (database === opening) database = null;
      });
      return opening;
    },
    // A connection that is lost cannot always be closed in order.
    drop: () => close().catch(() => undefined),
    close,
  };
}
