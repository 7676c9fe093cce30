import { type KindName, kinds } from '../packs/kinds.ts';
import type { ComponentChange } from './plan.ts';

/** By code unit, so that the order depends on no locale. */
export function compareRefs(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

const position = new Map<KindName, number>(kinds.map(({ name }, index) => [name, index]));

/** The order in which rows are written: what is named before what names it, deletes last and the other way (design §5). */
export function compareComponents(one: ComponentChange, other: ComponentChange): number {
  const last = Number(one.op === 'delete') - Number(other.op === 'delete');
  if (last !== 0) return last;
  const byKind = (position.get(one.kind) ?? 0) - (position.get(other.kind) ?? 0);
  if (byKind !== 0) return one.op === 'delete' ? -byKind : byKind;
  return compareRefs(one.ref, other.ref);
}
