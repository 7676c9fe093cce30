import { setTimeout } from 'node:timers/promises';
import type { Config } from '../../config/config.ts';
import type { ConfigOptions } from '../../config/load-config.ts';
import type { Context, DatabaseContext } from '../../context.ts';
import type { Database } from '../../database/database.ts';
import { describeErrors } from '../../database/describe-errors.ts';
import { checkClock } from './checks/check-clock.ts';
import { checkDaemon } from './checks/check-daemon.ts';
import { checkDatabase } from './checks/check-database.ts';
import { checkDisk } from './checks/check-disk.ts';
import { checkDocuments } from './checks/check-documents.ts';
import { checkGit } from './checks/check-git.ts';
import { checkGrants } from './checks/check-grants.ts';
import { checkLocks } from './checks/check-locks.ts';
import { checkLogins } from './checks/check-logins.ts';
import { checkOutbox } from './checks/check-outbox.ts';
import { checkRemotes } from './checks/check-remotes.ts';
import { checkRuntimes } from './checks/check-runtimes.ts';
import { checkSchema } from './checks/check-schema.ts';
import { checkStore } from './checks/check-store.ts';
import { checkSystem } from './checks/check-system.ts';
import { checkTools } from './checks/check-tools.ts';
import { type Finding, findingsOf, skipped } from './finding.ts';
import { hasEmbeddedData } from './has-embedded-data.ts';
import { readConfiguration } from './read-configuration.ts';
import { type CheckReport, runCheck } from './run-check.ts';

export interface DoctorOptions extends ConfigOptions {
  /** What the other checks work with, once there is a configuration. */
  readonly createContext: (config: Config) => Context;
  /** The caller of it closes it. */
  readonly openDatabase: (context: Context) => Promise<Database>;
  /** How long one check may take. */
  readonly patienceMs?: number;
}

const closeMs = 5_000;

export interface DoctorReport {
  /** Of the configuration, or of what could be read of it; null where nothing could. */
  readonly manager: string | null;
  /** Always the same ones, in one order. */
  readonly checks: readonly CheckReport[];
}

/**
 * Looks at everything that a run needs, each check by itself, so that one bad thing never hides the others. Writes
 * nothing: neither to Postgres, nor to the pack store, nor to `stateDir`. An embedded server that has data is started, as
 * every verb does.
 */
export async function doctor(options: DoctorOptions): Promise<DoctorReport> {
  const patienceMs = options.patienceMs ?? 30_000;
  const { config, isSound, findings } = await readConfiguration(options);
  const context = config === null ? null : options.createContext(config);
  // What needs no database does not wait for one that takes its time.
  const opening = open(context, isSound, options);
  const alone = (name: string, check: () => Promise<readonly Finding[]>) => runCheck(name, patienceMs, check);
  const local = (name: string, check: (context: Context) => Promise<readonly Finding[]>) =>
    alone(name, async () =>
      context === null ? [skipped('It needs a configuration that can be read.')] : check(context),
    );
  const stored = (name: string, check: (context: DatabaseContext) => Promise<readonly Finding[]>) =>
    local(name, async (known) => {
      const { database } = await opening;
      if (database === null) return [skipped('It needs a database that answers.')];
      return describeErrors(database, () => check({ ...known, database }));
    });
  try {
    const checks = await Promise.all([
      alone('system', checkSystem),
      { name: 'configuration', findings },
      local('documents', checkDocuments),
      alone('database', async () => {
        const { database, findings: obstacles } = await opening;
        return database === null ? obstacles : checkDatabase(database);
      }),
      stored('grants', checkGrants),
      stored('schema', checkSchema),
      stored('clock', checkClock),
      stored('locks', checkLocks),
      stored('daemon', checkDaemon),
      stored('outbox', checkOutbox),
      alone('git', () => checkGit(options.environment)),
      local('logins', checkLogins),
      local('remotes', async (known) => checkRemotes(known, (await opening).database)),
      local('store', async (known) => checkStore(known, (await opening).database)),
      local('disk', checkDisk),
      stored('runtimes', checkRuntimes),
      stored('tools', checkTools),
    ]);
    return { manager: config?.name ?? null, checks };
  } finally {
    const { database } = await opening;
    // A statement that does not come to an end would hold it up.
    if (database !== null) await Promise.race([database.close(), setTimeout(closeMs, undefined, { ref: false })]);
  }
}

interface Opened {
  readonly database: Database | null;
  /** Why there is none. */
  readonly findings: readonly Finding[];
}

async function open(context: Context | null, isSound: boolean, { openDatabase }: DoctorOptions): Promise<Opened> {
  if (context === null) return { database: null, findings: [skipped('It needs a configuration that can be read.')] };
  const { database, stateDir } = context.config;
  if (database.type === 'embedded' && !(await hasEmbeddedData(stateDir))) {
    const none = skipped('The embedded PostgreSQL has no data yet: the first `attune-sync plan` or `apply` makes it.');
    return { database: null, findings: [none] };
  }
  if (database.type === 'url' && !isSound && !/^postgres(ql)?:/.test(String(database.url.reveal())))
    return { database: null, findings: [skipped('database.url names a variable that is not set.')] };
  try {
    return { database: await openDatabase(context), findings: [] };
  } catch (error) {
    return { database: null, findings: findingsOf(error) };
  }
}
