import type { Actual, ComponentRow } from '../../actual/actual.ts';
import { type KindName, kindOf } from '../../packs/kinds.ts';
import { compareRefs } from '../compare-refs.ts';
import { type ComponentIndex, componentKey, type Target } from '../component-index.ts';
import type { Note } from '../plan.ts';
import type { Touched } from './settle-deletes.ts';

/** A rule, of any pack, whose link is NULL though its ref text names something. */
export interface Orphan {
  readonly row: ComponentRow;
  /** Of what it names. */
  readonly kind: KindName;
  readonly text: string;
  /** What answers to it after this plan. */
  readonly target: Target | null;
}

/** Rules that the plan's own component changes neither link nor delete. */
export function findOrphans(actual: Actual, index: ComponentIndex, touched: Touched): readonly Orphan[] {
  const orphans: Orphan[] = [];
  const { links } = kindOf('rule');
  for (const row of actual.components.get('rule')?.values() ?? []) {
    for (const link of links) {
      const text = link.refColumn === undefined ? null : (row.refs[link.refColumn] ?? null);
      if (text === null || (row.links[link.column] ?? null) !== null) continue;
      const change = touched.get(componentKey(row))?.change;
      if (change?.op === 'delete' || change?.links[link.column] !== undefined) continue;
      orphans.push({ row, kind: link.kind, text, target: index.find(link.kind, { ref: text }) });
    }
  }
  return orphans.sort((one, other) => compareRefs(`${one.row.ref} ${one.kind}`, `${other.row.ref} ${other.kind}`));
}

/** By pack that brings what they name: rules that are linked again when it is applied. */
export function noteRelinks(orphans: readonly Orphan[]): ReadonlyMap<string, readonly Note[]> {
  const rules = new Map<string, { pack: string; sentence: string; rows: string[] }>();
  for (const { row, kind, target } of orphans) {
    if (target?.pack == null) continue;
    const name = `${kind} ${target.ref}`;
    const found = rules.get(name) ?? { pack: target.pack, sentence: `linked to the ${name}`, rows: [] };
    found.rows.push(componentKey(row));
    rules.set(name, found);
  }
  return groupNotes(
    [...rules.values()].map(({ pack, sentence, rows }) => [pack, { code: 'relinked-rule', sentence, rows }]),
  );
}

/** A rule that nothing links in this plan. */
export interface Unlinked extends Pick<Orphan, 'kind' | 'text' | 'target'> {
  readonly ref: string;
  readonly pack: string | null;
}

/** By pack of the rule. */
export function noteOrphans(rules: readonly Unlinked[]): ReadonlyMap<string, readonly Note[]> {
  const notes = rules.flatMap(({ ref, pack, kind, text, target }): [string, [string, Note]][] => {
    if (pack === null) return [];
    const why = target === null ? 'does not exist' : 'exists, but is not linked';
    const sentence = `rule ${ref} names the ${kind} ${text}, which ${why}`;
    return [[sentence, [pack, { code: 'orphaned-rule', sentence, rows: [`rule ${ref}`] }]]];
  });
  return groupNotes([...new Map(notes).values()]);
}

function groupNotes(notes: readonly (readonly [string, Note])[]): ReadonlyMap<string, readonly Note[]> {
  const groups = new Map<string, Note[]>();
  for (const [pack, note] of notes) {
    const found = groups.get(pack);
    if (found === undefined) groups.set(pack, [note]);
    else found.push(note);
  }
  for (const group of groups.values()) group.sort((one, other) => compareRefs(one.sentence, other.sentence));
  return groups;
}
