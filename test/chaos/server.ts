import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { type EmbeddedServer, openServer } from '../../src/database/embedded/open-server.ts';
import { findServer, isServerOf, locateServer } from '../../src/database/embedded/server-files.ts';
import { databaseUrl, serverUrl, silentLogger, testServerSettings } from '../support/server.ts';

/** A PostgreSQL that is only for this, so that it can be stopped. */
export interface ChaosServer {
  /** Of a database in it; the same after it was started again. */
  url(database: string): string;
  createDatabase(name: string): Promise<void>;
  /** `SIGINT` ends it in order, `SIGQUIT` as a crash would. Returns when it is gone. */
  stop(signal: 'SIGINT' | 'SIGQUIT'): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function createServer(stateDir: string): Promise<ChaosServer> {
  // A crash of the server must not lose what it said was committed; one of the machine does not come.
  const settings = { ...testServerSettings, synchronous_commit: 'on' };
  const signal = new AbortController().signal;
  const open = () => openServer({ stateDir, log: silentLogger, signal, settings });
  let server: EmbeddedServer = await open();
  return {
    url: (database) => databaseUrl(serverUrl(server), database),
    createDatabase: (name) => server.createDatabase(name),
    async stop(how) {
      const files = await locateServer(stateDir);
      const running = await findServer(files);
      if (running === undefined) return;
      process.kill(running.pid, how);
      while (await isServerOf(running.pid, files.data)) await setTimeout(10);
    },
    async start() {
      server = await open();
    },
    close: () => server.close(),
  };
}

/** One statement on a connection of its own: none that was there before can be counted on. */
export async function ask<T>(url: string, text: string, values: readonly unknown[] = []): Promise<T[]> {
  const client = new pg.Client({
    connectionString: url,
    options: '-c search_path=attune,public',
    application_name: 'chaos',
  });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(text, [...values])).rows as T[];
  } finally {
    await client.end();
  }
}
