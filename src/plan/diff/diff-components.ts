import type { RecordedComponent } from '../../actual/actual.ts';
import type { Component } from '../../packs/content.ts';
import { compareComponents, compareRefs } from '../compare-refs.ts';
import { componentKey } from '../component-index.ts';
import type { Cause, PackScope } from '../pack-scope.ts';
import type { ComponentChange, ComponentRecord, Note, OverrideChange } from '../plan.ts';
import { type ComponentDifference, diffComponent } from './diff-component.ts';
import type { Unresolved } from './diff-links.ts';
import { isOwnRow } from './diff-owner.ts';
import { findSwitched } from './find-switched.ts';

export interface ComponentsDifference {
  readonly changes: readonly ComponentChange[];
  readonly records: readonly ComponentRecord[];
  readonly overrides: readonly OverrideChange[];
  readonly causes: ReadonlySet<Cause>;
  readonly unresolved: readonly Unresolved[];
  /** Rows that another or a person made under a ref of this pack. */
  readonly conflicts: readonly Note[];
  /** Rows that others changed and that are only reported. */
  readonly drifted: readonly string[];
}

/** Compares every component of a pack with its rows, and finds those that left it. */
export function diffComponents(scope: PackScope): ComponentsDifference {
  const found: ComponentDifference[] = [];
  const conflicts: Note[] = [];
  const drifted: string[] = [];
  for (const component of scope.wanted.content.components) {
    if (scope.actual.missing.kinds.includes(component.kind)) continue;
    const conflict = findConflict(component, scope);
    if (conflict !== null) {
      conflicts.push(conflict);
      continue;
    }
    const difference = diffComponent(component, scope);
    if (difference === null) continue;
    found.push(difference);
    if (difference.driftReported) drifted.push(componentKey(component));
  }
  const going = findDeparted(scope);
  const departed = going.map((component) => deletion(component, scope));
  const switched = findSwitched(scope.wanted.ref, going, (kind, ref) => scope.index.row(kind, ref));
  return {
    changes: [...found.flatMap(({ change }) => change ?? []), ...departed].sort(compareComponents),
    records: found.flatMap(({ record }) => record ?? []).sort(byKey),
    overrides: [...found.flatMap(({ overrides }) => overrides), ...switched].sort(byKey),
    causes: new Set([...found.flatMap(({ causes }) => causes), ...(departed.length > 0 ? ['content' as const] : [])]),
    unresolved: found.flatMap(({ unresolved }) => unresolved),
    conflicts: conflicts.sort((one, other) => compareRefs(one.sentence, other.sentence)),
    drifted: drifted.sort(compareRefs),
  };
}

function byKey(one: { kind: string; ref: string }, other: { kind: string; ref: string }): number {
  return compareRefs(`${one.kind} ${one.ref}`, `${other.kind} ${other.ref}`);
}

/**
 * The ref is taken by a row that is not this pack's to write: nothing is overwritten (design §5). No other pack of this
 * manager can have it, because a ref begins with its pack.
 */
function findConflict(component: Component, scope: PackScope): Note | null {
  const { wanted, index, recordedComponents } = scope;
  const row = index.row(component.kind, component.ref);
  const recorded = recordedComponents.get(component.kind)?.get(component.ref);
  if (row === undefined || isOwnRow(row, recorded, scope)) return null;
  const name = `${component.kind} ${component.ref}`;
  const own = `${name} of ${wanted.ref} ${wanted.content.version} (${placeOf(component)})`;
  if (row.adhoc) {
    const sentence = `the ${own} has the ref of an ad-hoc ${component.kind} that a person made (id ${row.id})`;
    return { code: 'adhoc-component', sentence, rows: [name] };
  }
  const owner = row.packRef === null ? 'of no pack' : `of the pack ${row.packRef}`;
  const sentence = `the ${own} has the ref of the ${component.kind} ${owner} (id ${row.id})`;
  return { code: 'foreign-component', sentence, rows: [name] };
}

function placeOf({ where }: Component): string {
  return where.line === undefined ? where.file : `${where.file}:${where.line}`;
}

/** What we recorded and the content no longer has. A row that is gone already leaves the inventory all the same. */
function findDeparted({ wanted, recorded, lost, actual, index }: PackScope): readonly RecordedComponent[] {
  return ((recorded ?? lost)?.components ?? []).filter(
    ({ kind, ref }) => index.wantedBy(kind, ref) !== wanted.ref && !actual.missing.kinds.includes(kind),
  );
}

/** Without an id where the row is gone, or is another's or a person's by now: then only the inventory forgets it. */
function deletion({ kind, ref, id }: RecordedComponent, { index }: PackScope): ComponentChange {
  return { op: 'delete', kind, ref, id: index.leaves(kind, ref) ? id : null, fields: [], set: {}, links: {} };
}
