import type { SetAside } from '../../actual/actual.ts';
import { type KindName, kindByName, kindOf } from '../../packs/kinds.ts';
import { compareRefs } from '../compare-refs.ts';
import type { Note } from '../plan.ts';
import { labelHanging } from './note-hanging.ts';
import { ownerOf } from './owner-of.ts';

/** What comes back with a change, counted by what people call it. */
export function noteReturning(rows: readonly SetAside[]): Note[] {
  return groupByLabel(rows).map(([label, group]) => {
    const count = group.reduce((sum, row) => sum + row.count, 0);
    return {
      code: `restored-${label.one.replaceAll(/[ _]/g, '-')}`,
      sentence: `${count} ${count === 1 ? label.one : label.many}, set aside ${sinceWhen(group)}`,
      rows: rowsOf(group),
    };
  });
}

/** What stays set aside, one by one; `waits` says for what, null where there is nothing to say. */
export function noteWaiting(rows: readonly { readonly row: SetAside; readonly waits: string | null }[]): Note[] {
  return rows
    .flatMap(({ row, waits }) => {
      if (waits === null) return [];
      const sentence = `${labelOf(row).one} ${row.ref} stays set aside: ${waits}`;
      return [{ code: 'set-aside', sentence, rows: rowsOf([row]) }];
    })
    .sort((one, other) => compareRefs(one.sentence, other.sentence));
}

function groupByLabel(rows: readonly SetAside[]): [Label, SetAside[]][] {
  const groups = new Map<string, [Label, SetAside[]]>();
  for (const row of rows) {
    const label = labelOf(row);
    const found = groups.get(label.one);
    if (found === undefined) groups.set(label.one, [label, [row]]);
    else found[1].push(row);
  }
  return [...groups.values()];
}

interface Label {
  readonly one: string;
  readonly many: string;
}

function labelOf({ kind, adhoc }: SetAside): Label {
  if (kindByName.has(kind as KindName)) {
    const { name, plural } = kindOf(kind as KindName);
    const word = adhoc ? 'ad-hoc' : 'unmanaged';
    return { one: `${word} ${name.replace('_', ' ')}`, many: `${word} ${plural}` };
  }
  return labelHanging(kind);
}

function sinceWhen(rows: readonly SetAside[]): string {
  const days = [...new Set(rows.map(({ since }) => since.toISOString().slice(0, 10)))].sort();
  const [first = '', last = first] = [days[0], days.at(-1)];
  return first === last ? `on ${first}` : `between ${first} and ${last}`;
}

function rowsOf(rows: readonly SetAside[]): readonly string[] {
  const names = rows.map((row) =>
    kindByName.has(row.kind as KindName) ? `${row.kind} ${row.ref}` : `${ownerOf(row)} ${row.ref}`,
  );
  return [...new Set(names)].sort(compareRefs);
}
