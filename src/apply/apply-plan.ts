import { publishAnnouncements, tryPublishing } from '../announcements/publish-announcements.ts';
import type { Context } from '../context.ts';
import type { Writer } from '../database/database.ts';
import type { WantedPack } from '../desired/desired.ts';
import { needsBuild } from '../environments/needs-build.ts';
import { problemsOf } from '../errors.ts';
import { findHindered } from '../plan/find-hindered.ts';
import type { PackChange, Plan } from '../plan/plan.ts';
import { applyChange } from './apply-change.ts';
import type { ApplyInput } from './apply-input.ts';
import { clearLinks } from './clear-links.ts';
import { endRun } from './end-run.ts';
import { findFailed } from './failed-changes.ts';
import { duringSteps, wholeSteps } from './long-steps.ts';
import { renewChanges } from './look-again.ts';
import { type PackToPrepare, prepareEnvironments } from './prepare-environments.ts';
import { type PackToPublish, publishPacks } from './publish-packs.ts';
import { readLastVersions } from './read-last-versions.ts';
import type { PackResult, RunResult } from './result.ts';
import { splitWaves } from './split-waves.ts';
import { testChanges, willTest } from './test-changes.ts';
import { timeSteps } from './time-steps.ts';
import { recordOverrides } from './write-inventory.ts';
import { endHolds } from './write-version.ts';

/**
 * The only writer: publishes what is new, and then, pack after pack in the plan's order, builds what it runs in, tests it,
 * and applies it in a transaction of its own. A pack that fails takes along only those that need it.
 */
export async function applyPlan(context: Context, writer: Writer, input: ApplyInput): Promise<RunResult> {
  const { plan, longSteps = wholeSteps } = input;
  const wanted = new Map(input.desired.packs.map((pack) => [pack.ref, pack]));
  await clearLeftovers(context, input.actual.leftoverLinks);
  const returning = plan.changes.filter(({ pack, files }) => pack.id === null && files).map(({ ref }) => ref);
  const last = await readLastVersions(writer, returning);
  const untried = plan.changes.filter((change) => findFailed(change, input.failedChanges) !== null);
  const hindered = findHindered(plan.changes, new Set(untried.map(({ ref }) => ref)));
  const timed = timeSteps(context);
  const unpublished = await publishPacks(timed.context, toPublish(plan, hindered, wanted, last), input.staging);
  if (plan.overrides.length > 0) {
    await writer.transaction((transaction) => recordOverrides(transaction, plan.overrides));
  }
  const { endedHolds = [] } = plan;
  if (endedHolds.length > 0) await writer.transaction((transaction) => endHolds(transaction, endedHolds));
  const isMade = ({ ref }: PackChange) => !hindered.has(ref) && !unpublished.has(ref);
  const builds = plan.changes.some((change) => isMade(change) && needsBuild(change));
  const takesLong = (change: PackChange) =>
    isMade(change) &&
    (needsBuild(change) ||
      willTest(context, input, change, wanted.get(change.ref)) ||
      (builds && changesRuntime(change)));
  const results: PackResult[] = [];
  let isHeard = context.config.messageQueue !== undefined;
  for (const wave of splitWaves(plan.changes, takesLong)) {
    const published = wave.filter(isMade);
    const slow = wave.filter(takesLong).map(({ ref }) => ref);
    const { unprepared, prepared, before, untested } = await duringSteps(longSteps, slow, async () => {
      const failed = await prepareEnvironments(timed.context, toPrepare(published, wanted), longSteps);
      const ready = published.filter(({ ref }) => !failed.has(ref));
      return { unprepared: failed, prepared: ready, ...(await testChanges(timed.context, input, ready)) };
    });
    const held = wave.some(takesLong) ? await renewChanges(prepared, input.lookAgain) : null;
    const notReady = new Map([...unpublished, ...unprepared, ...untested, ...(held?.moved ?? [])]);
    const current = held === null ? input : { ...input, actual: held.actual };
    await context.progress.phase('rows', wave.filter(({ ref }) => !hindered.has(ref)).length, async () => {
      for (const planned of wave) {
        const { ref } = planned;
        const change = held?.changes.get(ref) ?? planned;
        const turn = { change, wanted: wanted.get(ref), notReady, before: before.get(ref), results };
        results.push(await applyChange(context, writer, current, { ...turn, spentMs: timed.spentMs(ref) }));
      }
    });
    // Whoever waits for the packs of this wave must not wait for the builds of the next; a broker that is away keeps
    // them waiting once only.
    if (isHeard && results.some(({ outcome }) => outcome === 'applied'))
      isHeard = await tryPublishing(context, () => publishAnnouncements(context, writer));
  }
  return endRun(context, writer, input, inOrder(results, plan));
}

/** Workers go by what a runtime says at once: not before the environments are there that are made by it. */
function changesRuntime({ components }: PackChange): boolean {
  return components.some(
    ({ kind, op, set }) =>
      (kind === 'runtime' || kind === 'runtime_version') && op === 'update' && 'execution_config' in set,
  );
}

function inOrder(results: readonly PackResult[], { changes }: Plan): readonly PackResult[] {
  const positions = new Map(changes.map(({ ref }, index) => [ref, index]));
  return results.toSorted((one, other) => (positions.get(one.ref) ?? 0) - (positions.get(other.ref) ?? 0));
}

/** What a run that was cut off after it had removed rows left of their links. No pack waits for it. */
async function clearLeftovers(context: Context, refs: readonly string[]): Promise<void> {
  if (refs.length === 0) return;
  await clearLinks(context, refs).catch((error: unknown) => {
    const said = problemsOf(error).map(({ message }) => message);
    context.log.warn(`Links of removed packs (${refs.join(', ')}) could not be removed: ${said.join(' ')}`);
  });
}

function toPublish(
  plan: Plan,
  hindered: ReadonlySet<string>,
  wanted: ReadonlyMap<string, WantedPack>,
  last: ReadonlyMap<string, string>,
): PackToPublish[] {
  return plan.changes.flatMap((change) => {
    const pack = wanted.get(change.ref);
    if (pack === undefined || !change.files || hindered.has(change.ref)) return [];
    const environments = (change.environments ?? []).map(({ link }) => link);
    return [{ pack, installed: change.from?.version ?? null, last: last.get(change.ref) ?? null, environments }];
  });
}

function toPrepare(changes: Plan['changes'], wanted: ReadonlyMap<string, WantedPack>): PackToPrepare[] {
  return changes.flatMap(({ ref, environments = [] }) => {
    const content = wanted.get(ref)?.content;
    if (content === undefined || environments.length === 0) return [];
    return [{ ref, version: content.version, digest: content.digest, environments }];
  });
}
