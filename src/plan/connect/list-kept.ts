import type { Actual, Attached, ComponentRow, InstalledPack, Override } from '../../actual/actual.ts';
import { kinds } from '../../packs/kinds.ts';
import { compareRefs } from '../compare-refs.ts';
import { componentKey } from '../component-index.ts';
import { overrideKey } from '../pack-scope.ts';
import type { Note, PackChange } from '../plan.ts';
import { noteHanging } from '../removals/note-hanging.ts';

const fate = 'set aside until the component returns';

/** The rows of some packs, by pack. */
export function rowsByPack(actual: Actual, packs: ReadonlySet<string>): ReadonlyMap<string, readonly ComponentRow[]> {
  const rows = new Map<string, ComponentRow[]>([...packs].map((ref) => [ref, []]));
  if (packs.size === 0) return rows;
  for (const kind of kinds) {
    for (const row of actual.components.get(kind.name)?.values() ?? []) {
      if (row.packRef !== null) rows.get(row.packRef)?.push(row);
    }
  }
  return rows;
}

/** What people made or set around a pack and its change leaves alone, counted, for people to read. */
export function listKept(
  change: PackChange,
  installed: InstalledPack,
  own: {
    readonly rows: readonly ComponentRow[];
    /** Of the pack's content, by `kind ref`. */
    readonly wanted: ReadonlySet<string>;
    readonly overrides: readonly Override[];
  },
): readonly Note[] {
  const deleted = new Set(change.components.filter(({ op, id }) => op === 'delete' && id !== null).map(componentKey));
  const adhoc = own.rows.filter((row) => row.adhoc);
  const unmanaged = own.rows.filter((row) => {
    const key = componentKey(row);
    return !row.adhoc && !own.wanted.has(key) && !deleted.has(key);
  });
  return [
    ...countRows('ad-hoc', 'adhoc', adhoc),
    ...countRows('unmanaged', 'unmanaged', unmanaged),
    ...countAttached(installed.attached, deleted),
    ...noteHanging(
      (installed.hanging ?? []).filter(({ kind, ref }) => deleted.has(`${kind} ${ref}`)),
      fate,
    ),
    ...countOverrides(own.overrides, change),
  ];
}

function countRows(word: string, code: string, rows: readonly ComponentRow[]): Note[] {
  return kinds.flatMap(({ name, plural }) => {
    const refs = rows.filter(({ kind }) => kind === name).map(componentKey);
    if (refs.length === 0) return [];
    const what = refs.length === 1 ? name.replace('_', ' ') : plural;
    return {
      code: `${code}-${name.replace('_', '-')}`,
      sentence: `${refs.length} ${word} ${what}`,
      rows: refs.sort(compareRefs),
    };
  });
}

const whats: readonly Attached['what'][] = ['key', 'webhook key', 'permission assignment', 'unfinished execution'];

/** What hangs on a component that is deleted is set aside, where it is a row of its own. */
function countAttached(attached: readonly Attached[], deleted: ReadonlySet<string>): Note[] {
  return whats.flatMap((what) => {
    const all = attached.filter((one) => one.what === what && one.count > 0);
    const lost = all.filter((one) => deleted.has(`${one.kind} ${one.ref}`));
    const stays = countNote(
      what,
      '',
      what.replace(' ', '-'),
      all.filter((one) => !lost.includes(one)),
    );
    if (what !== 'key' && what !== 'permission assignment') return stays;
    return [...stays, ...countNote(what, `, ${fate}`, 'preserved', lost)];
  });
}

function countNote(what: string, fate: string, code: string, attached: readonly Attached[]): Note[] {
  if (attached.length === 0) return [];
  const count = attached.reduce((sum, one) => sum + one.count, 0);
  const rows = attached.map(({ kind, ref }) => `${kind} ${ref}`).sort(compareRefs);
  return [{ code, sentence: `${count} ${what}${count === 1 ? '' : 's'}${fate}`, rows }];
}

function countOverrides(overrides: readonly Override[], change: PackChange): Note[] {
  const ended = new Set(change.overrides.filter(({ op }) => op === 'end').map(overrideKey));
  const stay = overrides.filter((override) => !ended.has(overrideKey(override)));
  if (stay.length === 0) return [];
  const rows = [...new Set(stay.map(({ kind, ref }) => `${kind} ${ref}`))].sort(compareRefs);
  return [{ code: 'override', sentence: `${stay.length} override${stay.length === 1 ? '' : 's'}`, rows }];
}
