import pg from 'pg';
import type { DatabaseConnection } from './database.ts';

/** Host, port and database in words: the URL without what must not be shown. */
export function describePlace(connection: DatabaseConnection): string {
  const { host, port, database } = new pg.Client({ ...connection });
  return host.startsWith('/') ? `Database ${database} at ${host}` : `Database ${database} at ${host}:${port}`;
}
