import type { Actual, InstalledPack, RecordedPack } from '../../actual/actual.ts';
import type { Desired } from '../../desired/desired.ts';
import { type Problem, problem } from '../../errors.ts';
import type { Asked } from '../asked.ts';
import { compareRefs } from '../compare-refs.ts';
import type { Note, PackChange, Reason } from '../plan.ts';
import { findReplaced } from '../safeguards/find-replaced.ts';
import { buildForgetting, buildRemoval } from './build-removal.ts';
import { settleRemovals } from './settle-removals.ts';

export interface Removals {
  readonly changes: readonly PackChange[];
  readonly notes: readonly Note[];
  readonly problems: readonly Problem[];
}

interface Leftover {
  readonly recorded: RecordedPack;
  /** Null where Attune has no such pack any more. */
  readonly installed: InstalledPack | null;
}

/**
 * Packs that this manager recorded and nothing names any more, and those that a document or a person gives up. Absence
 * needs proof: while anything of the desired state is unreadable, invalid or suddenly empty, nothing is removed
 * (design §2.5).
 *
 * @param options.changes all other changes of the plan
 */
export function planRemovals(
  desired: Desired,
  actual: Actual,
  options: {
    readonly prune: boolean;
    readonly isTarget: (ref: string) => boolean;
    readonly named: ReadonlySet<string>;
    readonly changes: readonly PackChange[];
    readonly asked?: Asked;
    /** What packs only declare holds nothing back. */
    readonly skipDependencies?: boolean;
  },
): Removals {
  const { remove = [], forget = [] } = options.asked ?? {};
  const problems = [...findEmptied(desired, actual), ...findReplaced(desired, actual)];
  const own = findOwn(actual).filter(({ recorded }) => options.isTarget(recorded.ref));
  const unnamed = own.filter(({ recorded }) => !options.named.has(recorded.ref));
  const released = own.filter(({ recorded }) => desired.unmanaged.includes(recorded.ref));
  const forgotten = [
    ...released.map(({ recorded }) => buildForgetting(recorded, actual, unmanagedReason)),
    ...unnamed
      .filter(({ recorded }) => forget.includes(recorded.ref))
      .map(({ recorded }) => buildForgetting(recorded, actual, askedReason('forget'))),
  ];
  const given = noteGiven(unnamed.filter(({ recorded }) => !isAsked(recorded)));
  const leftovers = unnamed.filter(({ recorded }) => recorded.givenBy === undefined || isAsked(recorded));
  if (!desired.complete || problems.length > 0) {
    const why = desired.complete
      ? 'an entry gives no documents any more'
      : 'not all of the desired state could be read';
    return {
      changes: forgotten,
      notes: noteStaying('not-removed', `${notKnown}: ${why}`, leftovers.filter(isStill)).concat(given),
      problems,
    };
  }
  const isPruned = ({ recorded }: Leftover) =>
    remove.includes(recorded.ref) || (options.prune && recorded.prune && recorded.givenBy === undefined);
  const kept = leftovers.filter((leftover) => isStill(leftover) && !isPruned(leftover));
  const removals = leftovers
    .filter((leftover) => isStill(leftover) && isPruned(leftover))
    .map(({ recorded, installed }) =>
      installed === null
        ? buildForgetting(recorded, actual, lostReason)
        : buildRemoval(
            recorded,
            installed,
            actual,
            remove.includes(recorded.ref) ? askedReason('remove') : unwantedReason,
          ),
    );
  return {
    changes: [
      ...settleRemovals(removals, options.changes, {
        desired,
        actual,
        skipDependencies: options.skipDependencies === true,
      }),
      ...forgotten,
    ],
    notes: noteStaying('not-pruned', notPruned, kept).concat(given),
    problems,
  };

  function isAsked({ ref }: RecordedPack): boolean {
    return remove.includes(ref) || forget.includes(ref);
  }

  function isStill({ recorded }: Leftover): boolean {
    return !forget.includes(recorded.ref);
  }
}

const notKnown = 'kept, for it is not known whether they are still desired';
const notPruned =
  'no longer desired, but never removed automatically (prune: false), only with `attune-sync pack remove REF`; `attune-sync forget REF` keeps it and stops managing it';
const unwantedReason: Reason = { code: 'not-desired', sentence: 'no longer desired' };
const lostReason: Reason = { code: 'not-desired', sentence: 'no longer desired, and no longer in Attune' };
const unmanagedReason: Reason = { code: 'unmanaged', sentence: 'its document says state: unmanaged' };

function askedReason(what: 'remove' | 'forget'): Reason {
  return { code: 'asked', sentence: what === 'remove' ? 'a person removes it' : 'a person has it forgotten' };
}

/** An entry that gave documents in the last recorded run and gives none now is an error, never "nothing desired". */
export function findEmptied(
  { entries }: Pick<Desired, 'entries'>,
  { lastEntries }: Pick<Actual, 'lastEntries'>,
): readonly Problem[] {
  return entries
    .filter(
      ({ name, documents }) => documents === 0 && Object.hasOwn(lastEntries, name) && (lastEntries[name] ?? 0) > 0,
    )
    .map(({ name }) => name)
    .sort(compareRefs)
    .map((name) =>
      problem(
        'error',
        'entry-emptied',
        `${name} gave ${lastEntries[name] === 1 ? '1 document' : `${lastEntries[name]} documents`} in the last run and gives none now.`,
        {
          hint: 'Nothing is removed. Check that it is mounted and complete; to give it up, remove it from desiredState.',
        },
      ),
    );
}

function findOwn(actual: Actual): readonly Leftover[] {
  const here = [...actual.packs.values()].flatMap((installed) =>
    installed.recorded === null ? [] : { installed, recorded: installed.recorded },
  );
  const lost = actual.recorded.map((recorded) => ({ installed: null, recorded }));
  return [...here, ...lost]
    .filter(({ recorded }) => recorded.manager === actual.manager)
    .sort((one, other) => compareRefs(one.recorded.ref, other.recorded.ref));
}

/** What this manager was given and no document of it has named yet was never desired by it: its absence proves nothing. */
function noteGiven(leftovers: readonly Leftover[]): Note[] {
  const given = leftovers.filter(({ recorded }) => recorded.givenBy !== undefined);
  return noteStaying('transferred', 'transferred here, and kept until a document names it', given);
}

function noteStaying(code: string, sentence: string, leftovers: readonly Leftover[]): Note[] {
  return leftovers.length === 0
    ? []
    : [{ code, sentence, rows: leftovers.map(({ recorded }) => `pack ${recorded.ref}`) }];
}
