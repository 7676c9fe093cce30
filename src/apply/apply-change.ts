import type { Knex } from 'knex';
import type { Context } from '../context.ts';
import type { Writer } from '../database/database.ts';
import type { WantedPack } from '../desired/desired.ts';
import { problemsOf, SyncError } from '../errors.ts';
import type { PackChange } from '../plan/plan.ts';
import { tellDiskFault } from '../store/tell-disk-fault.ts';
import type { ApplyInput } from './apply-input.ts';
import { applyPack } from './apply-pack.ts';
import { clearLinks } from './clear-links.ts';
import { findFailed, rememberFailed } from './failed-changes.ts';
import { findObstacle, type Verdict } from './find-obstacle.ts';
import { forgetPack } from './forget-pack.ts';
import { isSuperseded } from './long-steps.ts';
import { prepareLinks } from './prepare-links.ts';
import { recordAnnouncements } from './record-announcements.ts';
import { beginRun, recordChange } from './record-run.ts';
import { recordSource } from './record-source.ts';
import { recordTests } from './record-tests.ts';
import { refuseSuspended, suspendedCode } from './refuse-suspended.ts';
import { removePack } from './remove-pack.ts';
import type { PackResult } from './result.ts';
import { settleTested } from './settle-tested.ts';
import { type BeforeChange, describeTests, reasonOf } from './tests-of-change.ts';
import { useApproval } from './use-approval.ts';
import { writeVersion } from './write-version.ts';

interface Turn {
  readonly change: PackChange;
  readonly wanted: WantedPack | undefined;
  /** Packs whose content could not be published, or whose environments could not be built, and why. */
  readonly notReady: ReadonlyMap<string, unknown>;
  /** How the tests ended that come before it. */
  readonly before: BeforeChange;
  /** How long it was in steps that come before this, milliseconds. */
  readonly spentMs: number;
  /** Of the packs before this one. */
  readonly results: readonly PackResult[];
}

/** Applies one change, or says why not. Never throws: one bad pack does not stop the others. */
export async function applyChange(
  context: Context,
  writer: Writer,
  input: ApplyInput,
  turn: Turn,
): Promise<PackResult> {
  const started = context.now().getTime();
  const { change, before } = turn;
  const { ref, action, from, to } = change;
  const describe = (verdict: Verdict): PackResult => ({
    ref,
    action,
    reason: reasonOf(change, before),
    from,
    to,
    ...verdict,
    durationMs: turn.spentMs + context.now().getTime() - started,
    ...describeTests(before),
  });
  const obstacle = findObstacle(turn, context.signal);
  // What is wrong with the pack itself is news also where another is in the way.
  const isOwn = obstacle?.outcome === 'skipped' && !context.signal.aborted && turn.notReady.has(ref);
  if (obstacle !== null && !isOwn) return describe(obstacle);
  const failed = findFailed(change, input.failedChanges);
  if (failed !== null) return { ...describe(failed), untried: true };
  const unready = turn.notReady.get(ref);
  if (isSuperseded(unready)) return describe({ outcome: 'skipped', problems: unready.problems, retry: true });
  try {
    if (turn.notReady.has(ref)) throw turn.notReady.get(ref);
    const verdict = await settleTested(context, writer, turn, input.failedTests);
    if (verdict.outcome !== 'applied') return describe(verdict);
    const result = () => describe(verdict);
    await context.progress.step('rows', ref, () => writeChange(context, writer, input, turn, result));
    rememberFailed(input.failedChanges, change, verdict);
    return result();
  } catch (error) {
    if (error instanceof SyncError && error.code === suspendedCode)
      return describe({ outcome: 'blocked', problems: error.problems, retry: false });
    const told = await tellDiskFault(context.config, error, context.config.packStore.directory);
    const verdict = { outcome: 'failed', problems: problemsOf(told), retry: canRetry(told) } as const;
    rememberFailed(input.failedChanges, change, verdict);
    return describe(verdict);
  }
}

async function writeChange(
  context: Context,
  writer: Writer,
  input: ApplyInput,
  { change, wanted, before }: Turn,
  result: () => PackResult,
): Promise<void> {
  const { actual, run } = input;
  if (change.action === 'remove' || change.action === 'forget') return endPack(context, writer, input, change, result);
  if (wanted === undefined) throw new Error(`a change of ${change.ref} without its desired side`);
  const packStore = context.config.packStore.directory;
  const recorded = actual.packs.get(change.ref)?.recorded;
  const source = recorded?.digest === wanted.content.digest ? recorded.source : recordSource(wanted.source);
  const step = {
    change,
    wanted,
    source,
    manager: actual.manager,
    packStore,
    preserved: actual.preserved,
    overrides: actual.overrides,
  };
  const { version } = wanted.content;
  const links = await prepareLinks(context, change, wanted.content);
  try {
    run.id = await applyPack(writer, step, async (transaction, relinked) => {
      await refuseSuspended(transaction, change, actual.manager);
      const id = run.id ?? (await beginRun(transaction, run));
      await writeVersion(transaction, step, run.who);
      await recordChange(transaction, id, result());
      await useApproval(transaction, change, id);
      if (before !== undefined && before !== 'skipped') {
        const reason = change.pack.id === null ? 'install' : 'update';
        await recordTests(transaction, { ref: change.ref, version, reason, result: before.result });
      }
      await recordAnnouncements(transaction, context, { change, actual, content: wanted.content, relinked });
      return id;
    });
  } catch (error) {
    await links.discard();
    throw error;
  }
  await context.progress.step('switch', change.ref, () => links.finish());
}

/** Rows first, then links: what a run that is cut off in between leaves, the next one finds and removes. */
async function endPack(
  context: Context,
  writer: Writer,
  { actual, run }: ApplyInput,
  change: PackChange,
  result: () => PackResult,
): Promise<void> {
  const record = async (transaction: Knex.Transaction) => {
    await refuseSuspended(transaction, change, actual.manager);
    const id = run.id ?? (await beginRun(transaction, run));
    await recordChange(transaction, id, result());
    await useApproval(transaction, change, id);
    await recordAnnouncements(transaction, context, { change, actual, content: null, relinked: [] });
    return id;
  };
  const step = { change, missing: actual.missing.kinds, drainMs: context.config.sync.drainMs };
  run.id = await (change.action === 'remove' ? removePack(writer, step, record) : forgetPack(writer, change, record));
  if (change.action === 'remove' || !actual.packs.has(change.ref)) await clearLinks(context, [change.ref]);
}

/** A fault of the world may pass; anything else waits for its input to change. */
function canRetry(error: unknown): boolean {
  return error instanceof SyncError ? error.retry === 'soon' : true;
}
