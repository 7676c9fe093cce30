import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import PQueue from 'p-queue';
import type { Context } from '../context.ts';
import { logFile, openBuildLog } from '../environments/build-log.ts';
import { type Builder, openBuilder, variablesOf } from '../environments/builder.ts';
import { SyncError } from '../errors.ts';
import { runPackTests } from '../pack-tests/run-pack-tests.ts';
import type { TestResult } from '../pack-tests/test-result.ts';
import type { ChosenTests } from '../plan/tests/find-tests.ts';
import { stagingDirectory, versionPath } from '../store/paths.ts';
import { tellDiskFault } from '../store/tell-disk-fault.ts';
import { endLeftTests, testsPrefix } from './end-left-tests.ts';
import { type LongSteps, superseded, wholeSteps } from './long-steps.ts';

/** A published version of a pack that leads to its environments. */
export interface PackToTest {
  readonly ref: string;
  readonly version: string;
  readonly digest: string;
  readonly buildScripts: boolean;
  readonly tests: ChosenTests;
  /** This run has written to its log already. */
  readonly isLogged: boolean;
}

/** How the tests of a pack ended, and what follows. */
export interface TestedPack {
  readonly tests: ChosenTests;
  readonly result: TestResult;
}

export interface TestedPacks {
  readonly tested: ReadonlyMap<string, TestedPack>;
  /** What kept tests from being run, by ref: a full disk, a run that was called off. */
  readonly failures: ReadonlyMap<string, unknown>;
}

/**
 * Runs the tests of packs, several packs at once, before anybody uses them. Must run under the writer lock.
 *
 * @throws SyncError those of `openBuilder`
 */
export async function testPacks(
  context: Context,
  packs: readonly PackToTest[],
  steps: LongSteps = wholeSteps,
): Promise<TestedPacks> {
  const tested = new Map<string, TestedPack>();
  const failures = new Map<string, unknown>();
  if (packs.length === 0) return { tested, failures };
  const { sync, packStore } = context.config;
  await endLeftTests(join(packStore.directory, stagingDirectory));
  const builder = await openBuilder(context);
  const queue = new PQueue({ concurrency: sync.concurrency });
  const test = async (pack: PackToTest): Promise<void> => {
    const wasStopped = context.signal.aborted;
    const calledOff = steps.signalOf(pack.ref);
    const signal = AbortSignal.any([context.signal, calledOff]);
    const own: Builder = { ...builder, context: { ...context, signal } };
    try {
      if (calledOff.aborted) throw superseded(pack.ref);
      const result = await context.progress.step('tests', pack.ref, () => testPack(own, pack), isFailed);
      tested.set(pack.ref, { tests: pack.tests, result });
    } catch (cause) {
      const isCut = context.signal.aborted && !wasStopped;
      const error = isCut
        ? new SyncError('stopped', 'stopped while its tests ran', { retry: 'soon', cause })
        : calledOff.aborted
          ? superseded(pack.ref, cause)
          : cause;
      failures.set(pack.ref, await tellDiskFault(context.config, error, packStore.directory));
    }
  };
  await context.progress.phase('tests', packs.length, async () => {
    await queue.addAll(packs.map((pack) => () => test(pack)));
  });
  return { tested, failures };
}

function isFailed({ why }: TestResult): boolean {
  return why !== null;
}

async function testPack(builder: Builder, pack: PackToTest): Promise<TestResult> {
  const { config, redactor, signal, now } = builder.context;
  const store = config.packStore.directory;
  const log = await openBuildLog(logFile(config.stateDir, pack), { redactor, isFresh: !pack.isLogged });
  const result = await runPackTests(join(store, versionPath(pack.ref, pack.version, pack.digest)), pack.tests.testing, {
    root: join(store, stagingDirectory, `${testsPrefix}${randomUUID()}`),
    variables: (scratch) => variablesOf(builder, scratch, { buildScripts: pack.buildScripts }),
    log,
    redactor,
    signal,
    now,
    ...(builder.user === undefined ? {} : { user: builder.user }),
  });
  await log.note(
    result.why === null ? 'The tests of the pack passed.' : `The tests of the pack failed: ${result.why}.`,
  );
  return result;
}
