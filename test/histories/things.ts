import type { KindName } from '../../src/packs/kinds.ts';
import type { State, Values } from './state.ts';

/** Something a person made, by what must never be lost of it. */
export type Thing =
  | {
      readonly type: 'row';
      readonly kind: KindName;
      readonly ref: string;
      readonly pack: string;
      readonly columns: Values;
      /** Of all but rules, which lose and find what they name. */
      readonly links: Readonly<Record<string, string | null>>;
    }
  | {
      readonly type: 'hung';
      readonly table: string;
      /** `kind ref` of what it hangs on. */
      readonly on: string;
      /** The column that tells it apart, and its value. */
      readonly column: string;
      readonly mark: string;
    }
  | { readonly type: 'history'; readonly id: string; readonly columns: Values };

export function nameOf(thing: Thing): string {
  if (thing.type === 'row') return `${thing.kind} ${thing.ref}`;
  if (thing.type === 'history') return `execution ${thing.id}`;
  return `${thing.table} ${thing.mark} on ${thing.on}`;
}

/** In its place: with all it had. Set aside: likewise, in attune_sync.preserved. */
export type Whereabouts = 'place' | 'aside' | 'changed' | 'gone';

export function locate(thing: Thing, state: State): Whereabouts {
  if (thing.type === 'history') {
    const found = state.hung.find(({ table, values }) => table === 'execution' && String(values.id) === thing.id);
    return found === undefined ? 'gone' : holds(found.values, thing.columns) ? 'place' : 'changed';
  }
  if (thing.type === 'hung') {
    const found = state.hung.find(
      ({ table, values }) => table === thing.table && String(values[thing.column]) === thing.mark,
    );
    if (found !== undefined) return found.on === thing.on ? 'place' : 'changed';
    return state.preserved.some((row) => isSetAside(row, thing)) ? 'aside' : 'gone';
  }
  const row = state.rows.get(`${thing.kind} ${thing.ref}`);
  if (row !== undefined && holds(row.values, thing.columns)) {
    const differs = Object.entries(thing.links).some(([column, ref]) => row.links[column] !== ref);
    return differs ? 'changed' : 'place';
  }
  const aside = state.preserved.some(
    ({ kind, ref, value }) => kind === thing.kind && ref === thing.ref && holds(value as Values, thing.columns),
  );
  if (aside) return 'aside';
  return row === undefined ? 'gone' : 'changed';
}

function isSetAside({ kind, ref, value }: Values, thing: Thing & { type: 'hung' }): boolean {
  const [on, owner] = thing.on.split(' ');
  const values = value as Values | null;
  if (ref !== owner || values === null) return false;
  if (thing.table !== 'webhook') return kind === thing.table && String(values[thing.column]) === thing.mark;
  return (kind === 'webhook' && values.key === thing.mark) || (kind === on && values.webhook_key === thing.mark);
}

function holds(values: Values, columns: Values): boolean {
  return Object.entries(columns).every(([name, value]) => JSON.stringify(values[name]) === JSON.stringify(value));
}

/** What it needs to stand in: a pack and what its row leads to, or what it hangs on. */
export function hasPlace(thing: Thing, state: State): boolean {
  if (thing.type === 'history') return true;
  if (thing.type === 'hung') {
    return thing.on.startsWith('pack ') ? state.packs.has(thing.on.slice(5)) : state.rows.has(thing.on);
  }
  const isTaken = state.rows.has(`${thing.kind} ${thing.ref}`);
  return (
    !isTaken &&
    state.packs.has(thing.pack) &&
    Object.entries(thing.links).every(([column, ref]) => ref === null || state.rows.has(`${linked(column)} ${ref}`))
  );
}

function linked(column: string): KindName {
  return column === 'workflow_def' ? 'workflow' : (column as KindName);
}
