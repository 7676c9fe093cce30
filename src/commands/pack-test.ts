import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordTests } from '../apply/record-tests.ts';
import type { DatabaseContext } from '../context.ts';
import { inspectAttune } from '../database/inspect-attune.ts';
import { withWriter } from '../database/writer-lock.ts';
import { logFile, openBuildLog } from '../environments/build-log.ts';
import { buildVariables } from '../environments/build-variables.ts';
import { openBuilder, variablesOf } from '../environments/builder.ts';
import { type Problem, SyncError } from '../errors.ts';
import { runPackTests } from '../pack-tests/run-pack-tests.ts';
import type { TestResult } from '../pack-tests/test-result.ts';
import type { TestSurroundings } from '../pack-tests/test-surroundings.ts';
import { framed } from '../packs/checksum.ts';
import type { PackContent } from '../packs/content.ts';
import { hashFiles } from '../packs/files/hash-files.ts';
import { listPackFiles } from '../packs/files/list-files.ts';
import { createPackReader, type ReadPack } from '../packs/read-pack.ts';
import type { Redactor } from '../redactor.ts';
import { hasSyncTables } from './queries/has-sync-tables.ts';
import { readInstalledPacks } from './queries/read-installed-packs.ts';
import { validatePack } from './validate-pack.ts';

/** A pack and how its tests ended. */
export interface PackTest {
  readonly ref: string;
  readonly version: string;
  /** Absolute. */
  readonly directory: string;
  /** Null where it brings none, or has them switched off. */
  readonly result: TestResult | null;
  /** Attune's table has the result. */
  readonly stored: boolean;
  /** Warnings about the pack. */
  readonly problems: readonly Problem[];
}

interface DirectoryOptions {
  readonly redactor: Redactor;
  readonly signal: AbortSignal;
  /** Where programs are looked for, behind those of an environment that stands in the directory. */
  readonly path: string;
}

/**
 * Runs the tests of a pack's directory with what is on this machine, or in a `.venv` or `node_modules` beside it. Needs
 * neither a configuration nor a database.
 *
 * @param directory absolute
 * @throws SyncError `pack-invalid`
 */
export async function testDirectory(
  directory: string,
  { redactor, signal, path }: DirectoryOptions,
): Promise<PackTest> {
  const { content, problems } = readSound(directory, await validatePack(directory));
  const result = await runIn(directory, content, {
    variables: ({ root, home, temporary }) =>
      buildVariables({ path, home, temporary, cache: join(root, 'home', '.cache'), buildScripts: false, more: {} }),
    redactor,
    signal,
    now: () => new Date(),
  });
  return { ref: content.ref, version: content.version, directory, result, stored: false, problems };
}

interface InstalledOptions {
  /** Names the holder of the writer lock: `user@host`. */
  readonly who: string;
  readonly lockTimeoutMs: number;
}

/**
 * Runs the tests of an installed pack in a copy of its files, with its environments, and stores how they ended.
 *
 * @throws SyncError `unknown-pack`, `pack-files-missing`, `pack-invalid`, and those of `openBuilder` and of the writer lock
 */
export async function testInstalled(
  context: DatabaseContext,
  ref: string,
  { who, lockTimeoutMs }: InstalledOptions,
): Promise<PackTest> {
  const { config, database, redactor, signal, now, log } = context;
  const directory = await findDirectory(context, ref);
  const { content, problems } = readSound(directory, await readPublished(directory));
  const builder = await openBuilder(context);
  const buildLog = await openBuildLog(logFile(config.stateDir, content), { redactor, isFresh: false });
  const result = await runIn(directory, content, {
    variables: (scratch) => variablesOf(builder, scratch, { buildScripts: false }),
    redactor,
    signal,
    now,
    log: buildLog,
    ...(builder.user === undefined ? {} : { user: builder.user }),
  });
  const { version } = content;
  if (result === null) return { ref, version, directory, result, stored: false, problems };
  const onWait = (holder: string) => log.info(`Waiting for the writer lock, held by ${holder}.`);
  const lock = { holder: `pack test by ${who}`, timeoutMs: lockTimeoutMs, signal, onWait };
  const stored = await withWriter(database, lock, (writer) =>
    writer.transaction((transaction) => recordTests(transaction, { ref, version, reason: 'manual', result })),
  );
  return { ref, version, directory, result, stored, problems };
}

async function findDirectory({ config, database }: DatabaseContext, ref: string): Promise<string> {
  await inspectAttune(database);
  const [pack] = await readInstalledPacks(database.knex, { recorded: await hasSyncTables(database), ref });
  if (pack === undefined) {
    throw new SyncError('unknown-pack', `Attune has no pack ${ref}.`, {
      hint: `\`attune-sync pack list\` shows every pack in Attune; for a directory write ./${ref}.`,
    });
  }
  for (const path of [join(config.packStore.directory, ref), pack.storagePath]) {
    const found = path === null ? null : await realpath(path).catch(() => null);
    if (found !== null) return found;
  }
  throw new SyncError('pack-files-missing', `The files of ${ref} are not on this machine.`, {
    hint: 'Run this where the pack store is.',
  });
}

/** Links are no part of an author's pack, but lead what is installed to its environments. */
async function readPublished(directory: string): Promise<ReadPack> {
  const { files, problems } = await listPackFiles(directory);
  const reader = createPackReader();
  const hashed = await hashFiles(directory, files, framed, { reader });
  const unfit = problems.filter(({ code }) => code !== 'pack-link');
  return reader.finish(files, { ...hashed, problems: [...unfit, ...hashed.problems] });
}

function readSound(
  directory: string,
  { content, problems }: ReadPack,
): { content: PackContent; problems: readonly Problem[] } {
  if (content !== null) return { content, problems };
  throw new SyncError('pack-invalid', `${directory} holds no pack that can be tested`, { problems });
}

/** The copy is made where everybody may write, because whoever tests a pack need not be who installs it. */
async function runIn(
  directory: string,
  { testing }: PackContent,
  surroundings: Omit<TestSurroundings, 'root'>,
): Promise<TestResult | null> {
  if (testing === undefined) return null;
  const place = await mkdtemp(join(tmpdir(), 'attune-sync-test-'));
  try {
    await chmod(place, 0o711);
    return await runPackTests(directory, testing, { ...surroundings, root: join(place, 'run') });
  } finally {
    await rm(place, { recursive: true, force: true }).catch(() => {});
  }
}
