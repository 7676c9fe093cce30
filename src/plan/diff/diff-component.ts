import type { ComponentRow } from '../../actual/actual.ts';
import { equalJson } from '../../json.ts';
import type { Component } from '../../packs/content.ts';
import { kindOf } from '../../packs/kinds.ts';
import { type Cause, overrideKey, type PackScope } from '../pack-scope.ts';
import type { ComponentChange, ComponentRecord, FieldChange, OverrideChange } from '../plan.ts';
import { type ComponentSides, componentSidesOf } from './component-sides.ts';
import { valuesOf, withoutMissing } from './diff-columns.ts';
import type { Unresolved } from './diff-links.ts';
import { diffRow, fieldsOf, isEmpty, ownerFields, type RowDifference, withoutDrift } from './diff-row.ts';

export interface ComponentDifference {
  readonly change: ComponentChange | null;
  /** Where the inventory will differ. */
  readonly record: ComponentRecord | null;
  readonly overrides: readonly OverrideChange[];
  readonly causes: readonly Cause[];
  readonly unresolved: readonly Unresolved[];
  /** Others changed the row, and it is only reported. */
  readonly driftReported: boolean;
}

/** Compares one component of a pack with its row; null where there is nothing to say. */
export function diffComponent(component: Component, scope: PackScope): ComponentDifference | null {
  const sides = componentSidesOf(component, scope);
  const { row } = sides;
  return row === undefined ? diffAbsent(sides, scope) : diffPresent(sides, row, scope);
}

/** The row is to be created: because the pack brings it, or because somebody deleted what we wrote. */
function diffAbsent(sides: ComponentSides, scope: PackScope): ComponentDifference {
  const { component, recorded, columns, links, toggle } = sides;
  const drifted = recorded !== undefined && equalJson(recorded.columns, columns);
  if (drifted && !scope.repairs) {
    return { change: null, record: null, overrides: [], causes: [], unresolved: [], driftReported: true };
  }
  return {
    change: {
      op: 'create',
      kind: component.kind,
      ref: component.ref,
      id: null,
      fields: [],
      set: columns,
      links: links.links,
      ...(toggle === null ? {} : { enabled: toggle.value }),
    },
    record: recordOf(sides, toggle?.value ?? null),
    overrides: overridesOf(sides, scope),
    causes: [drifted ? 'drift' : 'content'],
    unresolved: links.unresolved,
    driftReported: false,
  };
}

function diffPresent(sides: ComponentSides, row: ComponentRow, scope: PackScope): ComponentDifference | null {
  const { component, recorded, links, toggle } = sides;
  const found = diffRow(sides, row, scope);
  const remade = recorded !== undefined && recorded.id !== row.id;
  if (isSettled(sides, found, scope) && !remade && !scope.forced) return null;
  const written = scope.repairs ? found : withoutDrift(found);
  const fields = fieldsOf(written);
  const kept = written.toggled.length < found.toggled.length;
  const enabled = (kept ? recorded?.enabled : toggle?.value) ?? null;
  const needed = needsRecord(sides, scope, { enabled, written: fields.length > 0 || scope.forced, remade });
  const record = needed ? recordOf(sides, enabled) : null;
  const overrides = overridesOf(sides, scope);
  const driftReported = fields.length < fieldsOf(found).length || (remade && !scope.repairs);
  if (record === null && overrides.length === 0 && links.unresolved.length === 0 && !driftReported) return null;
  const moved = Object.fromEntries(written.links.map(({ column, link }) => [column, link]));
  const change: ComponentChange = {
    op: fields.length === 0 && !scope.forced ? 'record' : 'update',
    kind: component.kind,
    ref: component.ref,
    id: row.id,
    fields,
    set: scope.forced ? sides.columns : valuesOf(written.columns),
    links: scope.forced ? { ...links.links, ...moved } : moved,
    ...(written.owner === null ? {} : { owner: true }),
    ...(written.toggled.length === 0 || toggle === null ? {} : { enabled: toggle.value }),
  };
  return {
    change: record === null ? null : change,
    record,
    overrides,
    causes: [
      ...[...written.columns, ...written.links.map(({ field }) => field), ...ownerFields(written)].map(causeOf),
      ...written.toggled.map(({ why }): Cause => (why === 'drifted' ? 'drift' : 'switch')),
      ...(remade && scope.repairs ? (['drift'] as const) : []),
      ...(decidedAnew(sides, scope, enabled) ? (['switch'] as const) : []),
    ],
    unresolved: links.unresolved,
    driftReported,
  };
}

/** By far the most rows of a plan: as we wrote them, with nothing to record and nothing to say. */
function isSettled(
  { recorded, links, toggle }: ComponentSides,
  found: RowDifference,
  { sameContent }: PackScope,
): boolean {
  if (!sameContent || recorded === undefined || recorded.enabled !== (toggle?.value ?? null)) return false;
  if (toggle?.ends === true || toggle?.record !== undefined || links.unresolved.length > 0) return false;
  return isEmpty(found);
}

/** The document decides what a person had set already: nothing to write, but it counts from now on. */
function decidedAnew({ component, recorded }: ComponentSides, { wanted }: PackScope, enabled: boolean | null): boolean {
  return (
    Object.hasOwn(wanted.document.enabled, component.ref) && recorded !== undefined && recorded.enabled !== enabled
  );
}

/** While nothing of a row changes and the content is what we wrote, only its switch can be news to the inventory. */
function needsRecord(
  { component, recorded, columns, links }: ComponentSides,
  { sameContent, missingColumns }: PackScope,
  after: { readonly enabled: boolean | null; readonly written: boolean; readonly remade: boolean },
): boolean {
  if (recorded === undefined || after.remade || recorded.enabled !== after.enabled) return true;
  if (sameContent && !after.written) return false;
  const last = withoutMissing(recorded.columns, kindOf(component.kind).table, missingColumns);
  return !equalJson(last, columns) || !equalJson(recorded.names, links.names) || after.written;
}

function causeOf({ why }: FieldChange): Cause {
  return why === 'drifted' ? 'drift' : why === 'resolved' ? 'reference' : 'content';
}

function recordOf({ component, columns, links }: ComponentSides, enabled: boolean | null): ComponentRecord {
  return { kind: component.kind, ref: component.ref, columns, names: links.names, enabled };
}

function overridesOf({ component, toggle }: ComponentSides, { wanted, overrides }: PackScope): OverrideChange[] {
  const change = { pack: wanted.ref, kind: component.kind, ref: component.ref, field: 'enabled' };
  const value = overrides.get(overrideKey(change))?.value ?? null;
  if (toggle?.ends === true) return [{ op: 'end', ...change, value }];
  return toggle?.record === undefined ? [] : [{ op: 'record', ...change, value: toggle.record }];
}
