import type { Actual } from '../../actual/actual.ts';
import type { Desired } from '../../desired/desired.ts';
import { equalJson, type Json } from '../../json.ts';
import { emptyChange } from '../diff/empty-change.ts';
import type { Note, OverrideChange, PackChange, Plan } from '../plan.ts';
import { isGuard } from '../safeguards/find-approval.ts';
import { digestDocuments, type PlanBinding } from './build-saved-plan.ts';
import { describeMoved } from './describe-moved.ts';
import { digestChange } from './digest-change.ts';
import type { DocumentPlace } from './digest-document.ts';
import type { SavedPack, SavedPlan } from './saved-plan.ts';

interface Found {
  readonly desired: Desired;
  readonly actual: Actual;
  /** The plan as it would be made now. */
  readonly plan: Plan;
  readonly binding: PlanBinding;
}

/**
 * What of a saved plan is to be applied now: the changes that are still exactly what was saved, and no other pack's. One
 * whose document, content or rows moved since is blocked by itself and says what moved, and so is one that the saved plan
 * showed as blocked and that nothing would hold back now; one that was applied already is unchanged.
 *
 * @param found must be of the moment in which it is applied
 */
export function settleSaved(saved: SavedPlan, found: Found, place: DocumentPlace): Plan {
  const { plan } = found;
  const verdicts = judge(saved, found, place);
  const unreadable = plan.unreadable.filter(({ ref }) => saved.packs.some((pack) => pack.ref === ref));
  const gone = saved.packs.flatMap((pack) => {
    const verdict = verdicts.get(pack.ref);
    if (verdict?.change !== undefined || verdict?.isDone === true || has(unreadable, pack.ref)) return [];
    return [refused(pack, undefined, verdict?.moved ?? [])];
  });
  const lost = new Set(gone.map(({ ref }) => ref));
  const changes = plan.changes.flatMap((change) => {
    const pack = saved.packs.find(({ ref }) => ref === change.ref);
    const verdict = verdicts.get(change.ref);
    if (pack === undefined || verdict === undefined) return [];
    const after = [...new Set([...change.after, ...pack.after.filter((ref) => lost.has(ref))])];
    return [verdict.moved.length > 0 ? refused(pack, change, verdict.moved) : { ...change, after }];
  });
  // A rollback that ends for a pack that does not change otherwise was not saved: the next run sees to it.
  const { endedHolds: _ended, ...rest } = plan;
  return {
    ...rest,
    changes: [...gone, ...changes],
    unchanged: saved.packs.filter(({ ref }) => verdicts.get(ref)?.isDone === true).map(({ ref }) => ref),
    unreadable,
    unmanaged: [],
    notes: [],
    overrides: plan.overrides.filter((override) => saved.overrides.some((one) => isSame(one, override))),
  };
}

interface Verdict {
  /** As it would be planned now. */
  readonly change: PackChange | undefined;
  readonly moved: readonly string[];
  /** It is as the saved plan wanted it. */
  readonly isDone: boolean;
}

function judge(saved: SavedPlan, { desired, actual, plan, binding }: Found, place: DocumentPlace) {
  const documents = digestDocuments(desired, place);
  const wanted = new Map(desired.packs.map((pack) => [pack.ref, pack]));
  const changes = new Map(plan.changes.map((change) => [change.ref, change]));
  const isInstalled = (ref: string) => actual.packs.has(ref) || has(actual.recorded, ref);
  return new Map(
    saved.packs.map((pack): [string, Verdict] => {
      const { ref } = pack;
      const change = changes.get(ref);
      const present = {
        document: documents.get(ref) ?? null,
        mentioned: desired.mentioned.includes(ref),
        wanted: wanted.get(ref),
        fingerprint: binding.fingerprints.get(ref),
      };
      const isContent = pack.to === null || present.wanted?.content.digest === pack.to.digest;
      const isWanted = present.document === pack.document && isContent;
      const isDone = change === undefined && isWanted && (pack.to === null ? !isOurs(ref, actual) : isInstalled(ref));
      const moved = isDone ? [] : describeMoved(pack, present);
      const said = isDone || moved.length > 0 ? moved : describeOther(pack, change);
      return [ref, { change, moved: said, isDone }];
    }),
  );
}

/** Why the change of now is not the one that was read, though all that decided it is as it was. */
function describeOther(pack: SavedPack, change: PackChange | undefined): readonly string[] {
  if (change === undefined || digestChange(change) !== pack.change) return [otherwise];
  if (pack.blocks.length === 0 || change.blocks.some(({ code }) => !isGuard(code))) return [];
  return [
    `what blocked it has gone, so that what the plan said would not be done would be done: ${pack.blocks.join('; ')}`,
  ];
}

/** A removed pack is in nobody's inventory, a forgotten one neither. */
function isOurs(ref: string, actual: Actual): boolean {
  return has(actual.recorded, ref) || actual.packs.get(ref)?.recorded?.manager === actual.manager;
}

const otherwise =
  'the configuration, this tool or files in the pack store changed, so that another change would be made now';

function refused(pack: SavedPack, change: PackChange | undefined, moved: readonly string[]): PackChange {
  const { ref, action, reason, from, to, after } = pack;
  const stale: Note = {
    code: 'plan-stale',
    sentence: `since the plan was saved, ${moved.join('; ')}`,
    rows: [`pack ${ref}`],
  };
  const shown = { ...emptyChange(ref, { action, reason }), from, to, after };
  return { ...shown, blocks: [stale, ...(change?.blocks ?? [])] };
}

function has(packs: readonly { readonly ref: string }[], ref: string): boolean {
  return packs.some((pack) => pack.ref === ref);
}

function isSame(one: OverrideChange, other: OverrideChange): boolean {
  return equalJson(one as unknown as Json, other as unknown as Json);
}
