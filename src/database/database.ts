import type { Knex } from 'knex';

/** An open database: Attune's tables are in `schema`, which is first on the search path; ours are in `attune_sync`. */
export interface Database {
  readonly knex: Knex;
  readonly schema: string;
  /** How to connect once more, for the writer's own connection. Never to be shown. */
  readonly connection: DatabaseConnection;
  /** What every transaction of a writer must pass: a daemon's leadership. Without it, the writer lock is enough. */
  readonly fence?: Fence;
  close(): Promise<void>;
}

/** Throws where whoever opened the database must not write any more. One cheap statement. */
export type Fence = (transaction: Knex.Transaction) => Promise<void>;

/** Options of node-postgres; `host` is a socket directory for the embedded server. */
export type DatabaseConnection =
  | { readonly connectionString: string }
  | { readonly host: string; readonly port: number; readonly user: string; readonly database: string };

/** The one connection that holds the writer lock; every write to Postgres goes through it (design §2.8). */
export interface Writer {
  /**
   * One transaction. What `work` throws is thrown, never what the failed ROLLBACK said instead.
   * @throws SyncError `connection-lost` (retry soon) where the connection, and with it the lock, is gone, and what
   * Postgres refuses as `describeError` says it.
   */
  transaction<T>(work: (transaction: Knex.Transaction) => Promise<T>): Promise<T>;
}
