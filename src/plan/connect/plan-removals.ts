import type { Actual, RecordedPack } from '../../actual/actual.ts';
import type { Desired } from '../../desired/desired.ts';
import { type Problem, problem } from '../../errors.ts';
import { compareComponents, compareRefs } from '../compare-refs.ts';
import { emptyChange } from '../diff/empty-change.ts';
import type { ComponentChange, Note, PackChange } from '../plan.ts';
import { findReplaced } from '../safeguards/find-replaced.ts';

export interface Removals {
  readonly changes: readonly PackChange[];
  readonly notes: readonly Note[];
  readonly problems: readonly Problem[];
}

interface Leftover {
  readonly recorded: RecordedPack;
  /** Of the pack's row; null where Attune has none any more. */
  readonly id: string | null;
}

/**
 * Packs that this manager recorded and nothing names any more. Absence needs proof: while anything of the desired
 * state is unreadable, invalid or suddenly empty, all of them stay (design §2.5).
 */
export function planRemovals(
  desired: Desired,
  actual: Actual,
  options: {
    readonly prune: boolean;
    readonly isTarget: (ref: string) => boolean;
    readonly named: ReadonlySet<string>;
  },
): Removals {
  const problems = [...findEmptied(desired, actual), ...findReplaced(desired, actual)];
  const unnamed = findLeftovers(options.named, actual).filter(({ recorded }) => options.isTarget(recorded.ref));
  const given = noteGiven(unnamed);
  const leftovers = unnamed.filter(({ recorded }) => recorded.givenBy === undefined);
  if (!desired.complete || problems.length > 0) {
    const why = desired.complete
      ? 'an entry gives no documents any more'
      : 'not all of the desired state could be read';
    return {
      changes: [],
      notes: noteStaying('not-removed', `no longer desired, but kept: ${why}`, leftovers).concat(given),
      problems,
    };
  }
  const kept = leftovers.filter(({ recorded }) => !options.prune || !recorded.prune);
  const removed = leftovers.filter(({ recorded }) => options.prune && recorded.prune);
  return {
    changes: removed.map((leftover) =>
      leftover.id === null ? forget(leftover) : remove(leftover, leftover.id, actual),
    ),
    notes: noteStaying('not-pruned', 'no longer desired, but never removed automatically (prune: false)', kept).concat(
      given,
    ),
    problems,
  };
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

function findLeftovers(named: ReadonlySet<string>, actual: Actual): readonly Leftover[] {
  const installed = [...actual.packs.values()].flatMap(({ id, recorded }) =>
    recorded === null ? [] : { id, recorded },
  );
  const deleted = actual.recorded.map((recorded) => ({ id: null, recorded }));
  return [...installed, ...deleted]
    .filter(({ recorded }) => recorded.manager === actual.manager && !named.has(recorded.ref))
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

function remove({ recorded }: Leftover, id: string, actual: Actual): PackChange {
  const components = recorded.components
    .filter((component) => actual.components.get(component.kind)?.get(component.ref)?.id === component.id)
    .map(({ kind, ref, id }): ComponentChange => ({ op: 'delete', kind, ref, id, fields: [], set: {}, links: {} }))
    .sort(compareComponents);
  const change = emptyChange(recorded.ref, {
    action: 'remove',
    reason: { code: 'not-desired', sentence: 'no longer desired' },
  });
  return {
    ...change,
    from: versionOf(recorded),
    pack: { ...change.pack, id },
    components,
    blocks: [notAvailable(recorded.ref, 'removing packs is not available in this version; it stays installed')],
  };
}

/** Attune has lost the pack already: only the inventory still knows it. */
function forget({ recorded }: Leftover): PackChange {
  const reason = { code: 'not-desired', sentence: 'no longer desired, and no longer in Attune' } as const;
  return {
    ...emptyChange(recorded.ref, { action: 'forget', reason }),
    from: versionOf(recorded),
    blocks: [
      notAvailable(recorded.ref, 'forgetting packs is not available in this version; it stays in the inventory'),
    ],
  };
}

function versionOf({ version, digest, source }: RecordedPack): PackChange['from'] {
  return { version, digest, commit: source.commit };
}

function notAvailable(ref: string, sentence: string): Note {
  return { code: 'removal-not-available', sentence, rows: [`pack ${ref}`] };
}
