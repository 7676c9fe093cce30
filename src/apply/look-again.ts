import type { Actual } from '../actual/actual.ts';
import { SyncError } from '../errors.ts';
import type { PackChange, Plan } from '../plan/plan.ts';
import { digestChange } from '../plan/saved/digest-change.ts';

/** Both sides compared once more, with what lies on disk of these packs as it was before. */
export type LookAgain = (refs: ReadonlySet<string>) => Promise<{ readonly actual: Actual; readonly plan: Plan }>;

/** Changes as they are after what took long. */
export interface Renewed {
  readonly actual: Actual;
  /** By ref; those that are not made as they are planned now are left out. */
  readonly changes: ReadonlyMap<string, PackChange>;
  /** Why these are not made, by ref. */
  readonly moved: ReadonlyMap<string, unknown>;
}

/**
 * Builds and tests can take minutes, in which people go on working in Attune, and what they make then must not be lost
 * either: what is found to be in the way by now blocks a change, and one that would write something else is not made.
 *
 * @param changes those that were held up
 */
export async function renewChanges(changes: readonly PackChange[], look: LookAgain): Promise<Renewed> {
  const { actual, plan } = await look(new Set(changes.map(({ ref }) => ref)));
  const planned = new Map(plan.changes.map((change) => [change.ref, change]));
  const renewed = new Map<string, PackChange>();
  const moved = new Map<string, unknown>();
  for (const change of changes) {
    const now = planned.get(change.ref);
    const holds = now !== undefined && (now.blocks.length > 0 || digestChange(now) === digestChange(change));
    if (holds) renewed.set(change.ref, now);
    else moved.set(change.ref, changedMeanwhile(change.ref));
  }
  return { actual, changes: renewed, moved };
}

function changedMeanwhile(ref: string): SyncError {
  return new SyncError(
    'changed-meanwhile',
    `what is installed of ${ref} was changed while its environment was built or its tests ran`,
    { hint: 'Nothing of this pack was written; the next run plans it again.', retry: 'soon' },
  );
}
