import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Knex } from 'knex';
import type { RunResult } from '../../src/apply/result.ts';
import type { Config } from '../../src/config/config.ts';
import type { DatabaseContext } from '../../src/context.ts';
import type { Database } from '../../src/database/database.ts';
import { look } from '../../src/look.ts';
import type { LookMemory } from '../../src/look-quiet.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { noProgress } from '../../src/progress.ts';
import { reconcile } from '../../src/reconcile.ts';
import { createRedactor } from '../../src/redactor.ts';
import { createTestConfig } from './config.ts';
import { createTestDatabase } from './database.ts';

/** A desired directory, packs beside it, a pack store and a database of its own. */
export interface Fleet extends AsyncDisposable {
  readonly directory: string;
  readonly context: DatabaseContext;
  /** Writes files, by path relative to the fleet's directory; null removes one. */
  write(files: Readonly<Record<string, string | null>>): Promise<void>;
  /** A pack directory `packs/{ref}` of one version and files beside pack.yaml, and a document that names it. */
  writePack(ref: string, files?: Readonly<Record<string, string | null>>, more?: PackOptions): Promise<void>;
  plan(): Promise<Plan>;
  /** Applies without asking. */
  apply(): Promise<{ plan: Plan; result: RunResult }>;
  sql<T = Record<string, unknown>>(query: string, bindings?: readonly Knex.Value[]): Promise<T[]>;
}

interface PackOptions {
  readonly version?: string;
  /** Further lines of the document. */
  readonly document?: string;
  /** Further lines of pack.yaml. */
  readonly pack?: string;
}

export interface FleetOptions {
  /** Where its directory is made; that for temporary files where not given. */
  readonly parent?: string;
  readonly like?: 'ours' | 'attune';
  /** Whether `attune_sync` is there from the start; yes where not given. */
  readonly migrated?: boolean;
  readonly sync?: Partial<Config['sync']>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** What the runs of a daemon share; none where not given. */
  readonly memory?: LookMemory;
}

export async function createFleet(options: FleetOptions = {}): Promise<Fleet> {
  const directory = await mkdtemp(join(options.parent ?? tmpdir(), 'attune-fleet-'));
  const test = await createTestDatabase({ like: options.like ?? 'ours', sync: options.migrated ?? true });
  await mkdir(join(directory, 'desired'));
  return openFleet(directory, test.database, {
    ...options,
    async drop() {
      await test.drop();
      await rm(directory, { recursive: true, force: true });
    },
  });
}

/** A fleet whose directory and database are there. */
export function openFleet(
  directory: string,
  database: Database,
  { drop, config, ...options }: FleetOptions & { readonly config?: Config; readonly drop: () => Promise<void> },
): Fleet {
  const context: DatabaseContext = {
    config: config ?? configOf(directory, options),
    log: { debug() {}, info() {}, warn() {}, error() {} },
    redactor: createRedactor(),
    progress: noProgress,
    signal: options.signal ?? new AbortController().signal,
    now: () => new Date(),
    environment: options.environment ?? {},
    database,
  };
  const remember = options.memory === undefined ? {} : { memory: options.memory };
  const write: Fleet['write'] = async (files) => {
    for (const [path, text] of Object.entries(files)) {
      const file = join(directory, path);
      await mkdir(dirname(file), { recursive: true });
      if (text === null) await rm(file, { recursive: true, force: true });
      else await writeFile(file, text);
    }
  };
  return {
    directory,
    context,
    write,
    async writePack(ref, files = {}, { version = '1.0.0', document = '', pack = '' } = {}) {
      await write({
        [`packs/${ref}/pack.yaml`]: `ref: ${ref}\nlabel: ${ref}\nversion: ${version}\n${pack}`,
        ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`packs/${ref}/${path}`, text])),
        [`desired/${ref}.yaml`]: `kind: Pack\nref: ${ref}\nsource:\n  directory: ../packs/${ref}\n${document}`,
      });
    },
    async plan() {
      return (await look(context, remember)).plan;
    },
    async apply() {
      const { plan, result } = await reconcile(context, {
        cause: 'apply',
        who: 'test@here',
        lockTimeoutMs: 20_000,
        ...remember,
      });
      if (result === null) throw new Error('nobody was asked, so nobody can have said no');
      return { plan, result };
    },
    async sql<T>(query: string, bindings: readonly Knex.Value[] = []) {
      return ((await database.knex.raw(query, bindings)) as { rows: T[] }).rows;
    },
    [Symbol.asyncDispose]: drop,
  };
}

function configOf(directory: string, options: FleetOptions): Config {
  return createTestConfig(directory, {
    git: { transports: ['file', 'http', 'https'] },
    sync: { intervalMs: 1000, ...options.sync },
  });
}
