import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAttuneTables } from '../../src/database/create-attune-tables.ts';
import { migrateSync } from '../../src/database/migrate.ts';
import { openConnection } from '../../src/database/open-database.ts';
import { withWriter } from '../../src/database/writer-lock.ts';
import { silentLogger } from '../support/server.ts';
import { createDaemons, type Daemons } from './daemons.ts';
import { createModel, type Model } from './model.ts';
import { packDocument, packRefs } from './pack-content.ts';
import { createRandom, type Random } from './random.ts';
import { type ChaosRemote, createRemotes, type Remotes } from './remotes.ts';
import { ask, type ChaosServer, createServer } from './server.ts';
import { logWrites } from './write-log.ts';

export interface WorldOptions {
  readonly seed: number;
  readonly packs: number;
  readonly remotes: number;
  /** By how much all that lasts is shorter or longer. */
  readonly pace: number;
  /** How many pushes come in a row. */
  readonly burst: number;
}

/** Everything that faults are about. */
export interface ChaosWorld extends AsyncDisposable {
  readonly directory: string;
  readonly refs: readonly string[];
  readonly random: Random;
  readonly burst: number;
  readonly model: Model;
  readonly server: ChaosServer;
  readonly remotes: Remotes;
  readonly daemons: Daemons;
  sql<T>(text: string, values?: readonly unknown[]): Promise<T[]>;
  remoteOf(ref: string): ChaosRemote;
  /** Writes the document of a pack as editors do, by a rename; null removes it. */
  writeDocument(ref: string, text: string | null): Promise<void>;
  /** The document that the model wants. */
  documentOf(ref: string): string;
  /** A duration at random, in milliseconds, within these of a run at the usual pace. */
  span(least: number, most: number): number;
  /** Ends something after that time, or when all is healed. */
  later(ms: number, what: string, heal: () => unknown): void;
  /** Whether that is under way, by what `later` was told. */
  isAway(what: string): boolean;
  /** All that is under way. */
  away(): readonly string[];
  healAll(): Promise<void>;
}

const database = 'chaos';

export async function createWorld(options: WorldOptions): Promise<ChaosWorld> {
  const directory = await mkdtemp(join(tmpdir(), 'attune-chaos-'));
  const refs = packRefs(options.packs);
  const random = createRandom(options.seed);
  const model = createModel(refs);
  const server = await createServer(join(directory, 'server'));
  const remotes = await createRemotes(join(directory, 'remotes'), refs, options.remotes);
  await server.createDatabase(database);
  await createTables(server.url(database));
  await mkdir(join(directory, 'desired'));
  await writeFile(join(directory, 'attune.config.yaml'), configuration(server.url(database)));
  const heals = new Map<string, () => Promise<void>>();
  const daemons = createDaemons(directory);
  const world: ChaosWorld = {
    directory,
    refs,
    random,
    burst: options.burst,
    model,
    server,
    remotes,
    daemons,
    sql: (text, values) => ask(server.url(database), text, values),
    remoteOf(ref) {
      const found = remotes.all.find((remote) => remote.refs.includes(ref));
      if (found === undefined) throw new Error(`no remote has ${ref}`);
      return found;
    },
    async writeDocument(ref, text) {
      const file = join(directory, 'desired', `${ref}.yaml`);
      if (text === null) return rm(file, { force: true });
      await writeFile(`${file}.new`, text);
      await rename(`${file}.new`, file);
    },
    documentOf: (ref) => packDocument(ref, world.remoteOf(ref).url, model.greetings.get(ref) ?? 0),
    span: (least, most) => Math.round(random.between(least, most) * options.pace),
    later(ms, what, heal) {
      let healed: Promise<void> | undefined;
      const run = () => {
        healed ??= (async () => {
          clearTimeout(timer);
          await heal();
          heals.delete(what);
        })();
        return healed;
      };
      // What fails is told by `healAll`, which waits for it.
      const timer = setTimeout(() => void run().catch(() => {}), ms);
      heals.set(what, run);
    },
    isAway: (what) => heals.has(what),
    away: () => [...heals.keys()],
    async healAll() {
      for (const heal of [...heals.values()]) await heal();
    },
    async [Symbol.asyncDispose]() {
      await world.healAll().catch(() => {});
      await Promise.allSettled(daemons.running().map((daemon) => daemon.end('SIGKILL')));
      await remotes.close();
      await server.close();
      await rm(directory, { recursive: true, force: true, maxRetries: 3 });
    },
  };
  for (const ref of refs) await world.writeDocument(ref, world.documentOf(ref));
  return world;
}

/** Attune's tables and ours, with a log of who writes to them. */
export async function createTables(url: string): Promise<void> {
  const opened = await openConnection({ connectionString: url }, 'attune', silentLogger);
  try {
    await createAttuneTables(opened);
    const options = { holder: 'tests', timeoutMs: 10_000, signal: new AbortController().signal };
    await withWriter(opened, options, (writer) => migrateSync(opened, writer));
    await logWrites(opened);
  } finally {
    await opened.close();
  }
}

export function configuration(url: string, desired = 'desired'): string {
  return `name: chaos
desiredState: [{ name: desired, directory: ${desired} }]
database: { url: "${url}" }
stateDir: state
packStore: store
git: { transports: [file, http], timeout: 5s }
environments: { build: never }
sync: { interval: 2s, removalDelay: 1s, removalLimit: { count: 1000, percent: 100 } }
`;
}
