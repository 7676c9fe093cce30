import type { Actual } from '../../actual/actual.ts';
import type { Desired } from '../../desired/desired.ts';
import { type Problem, problem } from '../../errors.ts';
import { compareRefs } from '../compare-refs.ts';
import type { Note } from '../plan.ts';

type Read = Pick<Desired, 'entries' | 'complete'>;
type Last = Pick<Actual, 'lastEntries'>;

/**
 * An entry that was renamed, or leads elsewhere now, and gives nothing: what the old one gave must not pass for "no
 * longer desired". An entry that was only taken out is a person's wish; its packs go like any others.
 */
export function findReplaced(read: Read, last: Last): readonly Problem[] {
  const left = findLeft(read, last);
  if (left.length === 0) return [];
  return read.entries
    .filter(({ name, documents }) => documents === 0 && !Object.hasOwn(last.lastEntries, name))
    .map(({ name }) => name)
    .sort(compareRefs)
    .map((name) =>
      problem('error', 'entry-emptied', `${name} gives no documents, and ${sayLeft(left)} no longer in desiredState.`, {
        hint: 'Nothing is removed. Check that it is mounted and complete; to remove the packs, take the empty entry out of desiredState too.',
      }),
    );
}

/** Says beside removals which entries are not read any more: that may be why. */
export function noteLeft(read: Read, last: Last): readonly Note[] {
  const left = findLeft(read, last);
  return left.length === 0
    ? []
    : [{ code: 'entry-left', sentence: `${sayLeft(left)} no longer in desiredState`, rows: [] }];
}

/** Entries that gave documents in the last recorded run and are not configured any more. */
function findLeft({ entries, complete }: Read, { lastEntries }: Last): readonly (readonly [string, number])[] {
  if (!complete) return [];
  const configured = new Set(entries.map(({ name }) => name));
  return Object.entries(lastEntries)
    .filter(([name, documents]) => documents > 0 && !configured.has(name))
    .sort(([one], [other]) => compareRefs(one, other));
}

function sayLeft(left: readonly (readonly [string, number])[]): string {
  const named = left.map(([name, count]) => `${name} (${count === 1 ? '1 document' : `${count} documents`})`);
  return `${named.join(', ')}, read in the last run, ${left.length === 1 ? 'is' : 'are'}`;
}
