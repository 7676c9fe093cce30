import type { Actual } from '../../actual/actual.ts';
import { formatTime } from '../../text/format-time.ts';
import { compareRefs } from '../compare-refs.ts';
import type { GuardedSet, Note, PackChange } from '../plan.ts';
import { countRemovals, noteLastPacks, noteLimit, type RemovalLimit } from './count-removals.ts';
import { findApproval, guardedChange, isGuard } from './find-approval.ts';
import { identifySet } from './identify-plan.ts';

/** The absence of a pack that one reading of a directory does not prove yet (design §2.5). */
export interface Unproven {
  /** First seen absent. */
  readonly since: Date;
  /** Believed from then on, if nothing moves before. */
  readonly until: Date;
}

export interface GuardOptions {
  readonly removalLimit: RemovalLimit;
  /** By pack ref. */
  readonly unproven?: ReadonlyMap<string, Unproven>;
  /** Refs of all packs that would be removed, of those too that this plan is not about. */
  readonly removals: readonly string[];
}

export interface GuardedChanges {
  readonly changes: readonly PackChange[];
  /** Null where nothing waits for an approval. */
  readonly guarded: GuardedSet | null;
}

/**
 * Holds back what could be a mistake: removals that are too many together, the last pack, what takes all or many
 * components from a pack, absences that are not proven. An approval lifts all of these but the last. Removals that do
 * not fit together are all held back, since nobody knows which of them are meant.
 */
export function guardChanges(changes: readonly PackChange[], actual: Actual, options: GuardOptions): GuardedChanges {
  const count = countRemovals(options.removals, actual);
  const notes = [noteLimit(count, options.removalLimit, actual.manager), noteLastPacks(options.removals, actual)];
  const common = notes.flatMap((note) => note ?? []);
  const removals = new Set(options.removals);
  const held = changes.map((change): PackChange => {
    const isRemoval = change.action === 'remove' && removals.has(change.ref);
    const blocks = [...change.blocks, ...(isRemoval ? common : []), ...noteUnproven(change, options)];
    return approve(blocks.length === change.blocks.length ? change : { ...change, blocks }, actual);
  });
  return { changes: held.map(askForApproval), guarded: gather(held, actual.manager) };
}

function noteUnproven({ action, ref }: PackChange, { unproven }: GuardOptions): readonly Note[] {
  const found = action === 'remove' || action === 'forget' ? unproven?.get(ref) : undefined;
  if (found === undefined) return [];
  const { since, until } = found;
  const sentence = `no longer desired since ${formatTime(since)}; ${action === 'remove' ? 'removed' : 'forgotten'} after ${formatTime(until)} if it stays so`;
  return [{ code: 'absence-unproven', sentence, rows: [] }];
}

/** Takes the safeguards off a change that an approval names, and says whose word it was. */
function approve(change: PackChange, { safeguards }: Actual): PackChange {
  const guarded = guardedChange(change);
  const approval = guarded === null ? undefined : findApproval(guarded, safeguards);
  if (approval === undefined) return change;
  const { id, who, why } = approval;
  const sentence = `${change.reason.sentence}, approved by ${who}${why === null ? '' : ` (${why})`}`;
  return {
    ...change,
    reason: { ...change.reason, sentence },
    blocks: change.blocks.filter(({ code }) => !isGuard(code)),
    approval: { id, who, why },
  };
}

/** Wherever a block is read alone, in a status for example, it says what it waits for. */
function askForApproval(change: PackChange): PackChange {
  if (!change.blocks.some(({ code }) => isGuard(code))) return change;
  const blocks = change.blocks.map((note) =>
    isGuard(note.code) ? { ...note, sentence: `${note.sentence}; needs an approval` } : note,
  );
  return { ...change, blocks };
}

function gather(changes: readonly PackChange[], manager: string): GuardedSet | null {
  const guarded = changes.flatMap((change) => guardedChange(change) ?? []);
  if (guarded.length === 0) return null;
  const sorted = guarded.sort((one, other) => compareRefs(one.pack, other.pack));
  const notes = changes.flatMap(({ ref, blocks }) =>
    blocks
      .filter(({ code }) => isGuard(code))
      .map(({ code, sentence }) => (code === 'last-pack' && sorted.length === 1 ? `${ref}: ${sentence}` : sentence)),
  );
  return { id: identifySet(manager, sorted), why: [...new Set(notes)], changes: sorted };
}
