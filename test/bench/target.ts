import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DatabaseContext } from '../../src/context.ts';
import { createAttuneTables } from '../../src/database/create-attune-tables.ts';
import { type EmbeddedServer, openServer } from '../../src/database/embedded/open-server.ts';
import { kinds } from '../../src/packs/kinds.ts';
import { openContext } from './children/open-context.ts';

/** Something to sync into: an empty database with Attune's tables, an empty pack store, and no mirrors. */
export interface Target {
  readonly directory: string;
  /** attune.config.yaml, for whole processes. */
  readonly configFile: string;
  readonly context: DatabaseContext;
  /** Rows of components in the database. */
  countComponents(): Promise<number>;
  close(): Promise<void>;
}

/**
 * A server that is as durable as PostgreSQL's own defaults make it, or one that gives up what a crash would need.
 * Without autovacuum: what it writes, whenever it likes, would be counted as ours.
 */
export function openBenchServer(directory: string, durable: boolean): Promise<EmbeddedServer> {
  return openServer({
    stateDir: join(directory, durable ? 'server' : 'server-without-fsync'),
    log: { debug() {}, info() {}, warn() {}, error() {} },
    signal: new AbortController().signal,
    settings: { autovacuum: 'off', ...(durable ? {} : undurable) },
  });
}

/** For servers that may follow it, PostgreSQL would note what runs, some 50 bytes after anything was written. */
const unfollowed = { wal_level: 'minimal', max_wal_senders: '0' };
const undurable = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', ...unfollowed };

/** @param desired the directory of documents */
export async function openTarget(parent: string, server: EmbeddedServer, desired: string): Promise<Target> {
  const directory = await mkdtemp(join(parent, 'target-'));
  const database = basename(directory).toLowerCase().replace('-', '_');
  await server.createDatabase(database);
  await mkdir(join(directory, 'state'));
  const configFile = join(directory, 'attune.config.yaml');
  await writeFile(configFile, configuration(desired, server, database));
  const context = await openContext(configFile);
  await createAttuneTables(context.database);
  return {
    directory,
    configFile,
    context,
    countComponents: () => countComponents(context),
    close: () => context.database.close(),
  };
}

function configuration(desired: string, { host, port, user }: EmbeddedServer, database: string): string {
  const url = `postgres://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;
  return `name: bench
desiredState:
  - directory: ${desired}
database:
  url: "${url}"
stateDir: state
packStore: packs
git:
  transports: [file]
`;
}

async function countComponents({ database }: DatabaseContext): Promise<number> {
  let count = 0;
  for (const { table } of kinds) {
    const { rows } = (await database.knex.raw('SELECT count(*)::int AS n FROM ??', [table])) as {
      rows: { n: number }[];
    };
    count += rows[0]?.n ?? 0;
  }
  return count;
}
