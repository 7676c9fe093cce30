import { execFile } from 'node:child_process';
import { access, constants, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import pg from 'pg';
import { loadConfig } from '../../src/config/load-config.ts';
import { openConnection } from '../../src/database/open-database.ts';
import { urlOf } from '../support/cli-child.ts';
import { cloneDatabase } from '../support/database.ts';
import { createFleet, type Fleet, openFleet } from '../support/fleet.ts';
import { databaseUrl, silentLogger } from '../support/server.ts';
import { type Scenario, writeCrashConfig } from './scenario.ts';

const run = promisify(execFile);

/** The state before a scenario's run, of which there are as many copies as are asked for, one after another. */
export interface World extends AsyncDisposable {
  /** Puts directory and database back to the state before. Always the same paths: rows hold some. */
  restore(): Promise<Fleet>;
  /** Waits until no killed process has a session any more. */
  settle(fleet: Fleet): Promise<void>;
}

export async function createWorld(scenario: Scenario): Promise<World> {
  const parent = await memory();
  const { like, migrated = true } = scenario;
  // What builds environments is looked for there, by the tests themselves as by the command line.
  const environment = { PATH: process.env.PATH ?? '' };
  const first = await createFleet({ like, migrated, parent, environment });
  await writeCrashConfig(first);
  await scenario.prepare(first);
  const { directory } = first;
  const url = urlOf(first);
  const [found] = await first.sql<{ name: string }>('SELECT current_database() AS name');
  const template = found?.name ?? '';
  const saved = `${directory}.before`;
  await run('cp', ['-a', directory, saved]);
  await first.context.database.close();
  const admin = new pg.Client(databaseUrl(url, 'postgres'));
  await admin.connect();
  const name = `${template}_try`;
  const dropTry = () => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  return {
    async restore() {
      await Promise.all([dropTry(), rm(directory, { recursive: true, force: true })]);
      await Promise.all([cloneDatabase(admin, template, name), run('cp', ['-a', saved, directory])]);
      const connectionString = databaseUrl(url, name);
      const { config } = await loadConfig({
        startDirectory: directory,
        environment: { ATTUNE_DATABASE_URL: connectionString },
      });
      const database = await openConnection({ connectionString }, 'attune', silentLogger);
      return openFleet(directory, database, { config, environment, drop: () => database.close() });
    },
    async settle(fleet) {
      const own = await fleet.sql<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      for (;;) {
        const { rows } = await admin.query(
          `SELECT FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend' AND pid <> $2`,
          [name, own[0]?.pid],
        );
        if (rows.length === 0) return;
      }
    },
    async [Symbol.asyncDispose]() {
      await dropTry();
      await admin.end();
      await first[Symbol.asyncDispose]();
      await Promise.all([directory, saved].map((path) => rm(path, { recursive: true, force: true })));
    },
  };
}

/** Copies there cost next to nothing. */
async function memory(): Promise<string> {
  const isThere = await access('/dev/shm', constants.W_OK).then(
    () => true,
    () => false,
  );
  return isThere ? '/dev/shm' : tmpdir();
}
