import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedServer, openServer } from '../../src/database/embedded/open-server.ts';
import type { Logger } from '../../src/logger.ts';

/** How the runner tells the tests where its server is: the URL of its maintenance database. */
export const serverVariable = 'ATTUNE_SYNC_TEST_SERVER';

/** Fast and not safe: what a crash loses is thrown away anyway. */
export const testServerSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  max_wal_size: '256MB',
  max_connections: '200',
};

/** A logger for tests that do not look at messages. */
export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** The server of test files that are run by hand: one for all such processes, stopped by the last of them. */
export async function openSharedServer(): Promise<EmbeddedServer> {
  const stateDir = join(tmpdir(), `attune-sync-tests-${process.getuid?.() ?? 0}`);
  await mkdir(stateDir, { recursive: true });
  const signal = new AbortController().signal;
  return openServer({ stateDir, log: silentLogger, signal, settings: testServerSettings });
}

/** The maintenance database of an embedded server as a URL. */
export function serverUrl({ host, port, user }: EmbeddedServer): string {
  return `postgres://${user}@/postgres?host=${encodeURIComponent(host)}&port=${port}`;
}

/** The same server, another database. */
export function databaseUrl(server: string, name: string): string {
  const [base = '', query] = server.split('?', 2);
  const renamed = base.replace(/^(postgres(?:ql)?:\/\/[^/]*).*$/, `$1/${name}`);
  return query === undefined ? renamed : `${renamed}?${query}`;
}
