import type { ComponentRow, RecordedComponent } from '../actual/actual.ts';
import { equalJson, type Json } from '../json.ts';
import type { Component } from '../packs/content.ts';
import { kindOf } from '../packs/kinds.ts';
import { diffColumns, valuesOf, withoutMissing } from './diff-columns.ts';
import { type ComparedLinks, compareLinks, type Unresolved } from './diff-links.ts';
import { decideSwitch, type SwitchDecision } from './diff-switch.ts';
import { type Cause, overrideKey, type PackScope } from './pack-scope.ts';
import type { ComponentChange, ComponentRecord, FieldChange, OverrideChange } from './plan.ts';

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
  const row = scope.index.row(component.kind, component.ref);
  const recorded = scope.recordedComponents.get(component.kind)?.get(component.ref);
  const sides: Sides = {
    component,
    row,
    recorded,
    columns: withoutMissing(component.columns, kindOf(component.kind).table, scope.missingColumns),
    links: compareLinks(
      { pack: scope.wanted.ref, component, row, recorded, sameContent: scope.sameContent },
      scope.index,
    ),
    toggle: diffSwitch(component, row, recorded, scope),
  };
  return row === undefined ? diffAbsent(sides, scope) : diffPresent(sides, row, scope);
}

interface Sides {
  readonly component: Component;
  readonly row: ComponentRow | undefined;
  readonly recorded: RecordedComponent | undefined;
  readonly columns: Readonly<Record<string, Json>>;
  readonly links: ComparedLinks;
  readonly toggle: SwitchDecision | null;
}

function diffSwitch(
  component: Component,
  row: ComponentRow | undefined,
  recorded: RecordedComponent | undefined,
  { wanted, overrides }: PackScope,
): SwitchDecision | null {
  if (component.enabled === undefined) return null;
  const override = overrides.size === 0 ? null : overrides.get(overrideKey({ ...component, field: 'enabled' }))?.value;
  const { enabled } = wanted.document;
  return decideSwitch({
    document: Object.hasOwn(enabled, component.ref) ? enabled[component.ref] : undefined,
    override: typeof override === 'boolean' ? override : undefined,
    content: component.enabled,
    last: recorded?.enabled ?? undefined,
    actual: row?.enabled,
    remade: row !== undefined && recorded !== undefined && recorded.id !== row.id,
  });
}

/** The row is to be created: because the pack brings it, or because somebody deleted what we wrote. */
function diffAbsent(sides: Sides, scope: PackScope): ComponentDifference {
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

function diffPresent(sides: Sides, row: ComponentRow, scope: PackScope): ComponentDifference | null {
  const { component, recorded, links, toggle } = sides;
  const written = (field: FieldChange) => scope.repairs || field.why !== 'drifted';
  const allColumns = diffColumns(sides.columns, recorded?.columns, row.columns);
  const allFields = [...allColumns, ...links.differences.map(({ field }) => field), ...fieldsOf(toggle)];
  const columns = allColumns.filter(written);
  const linked = links.differences.filter(({ field }) => written(field));
  const toggled = fieldsOf(toggle).filter(written);
  const fields = allFields.filter(written);
  const remade = recorded !== undefined && recorded.id !== row.id;
  const enabled = toggled.length === fieldsOf(toggle).length ? (toggle?.value ?? null) : (recorded?.enabled ?? null);
  const record = needsRecord(sides, scope, { enabled, written: fields.length > 0, remade })
    ? recordOf(sides, enabled)
    : null;
  const overrides = overridesOf(sides, scope);
  const driftReported = fields.length < allFields.length || (remade && !scope.repairs);
  if (record === null && overrides.length === 0 && links.unresolved.length === 0 && !driftReported) return null;
  return {
    change:
      fields.length === 0 && record === null
        ? null
        : {
            op: fields.length === 0 ? 'record' : 'update',
            kind: component.kind,
            ref: component.ref,
            id: row.id,
            fields,
            set: valuesOf(columns),
            links: Object.fromEntries(linked.map(({ column, link }) => [column, link])),
            ...(toggled.length === 0 || toggle === null ? {} : { enabled: toggle.value }),
          },
    record,
    overrides,
    causes: [
      ...columns.map(causeOf),
      ...linked.map(({ field }) => causeOf(field)),
      ...toggled.map(({ why }): Cause => (why === 'drifted' ? 'drift' : 'config')),
      ...(remade && scope.repairs ? (['drift'] as const) : []),
      ...(decidedAnew(sides, scope, enabled) ? (['config'] as const) : []),
    ],
    unresolved: links.unresolved,
    driftReported,
  };
}

/** The document decides what a person had set already: nothing to write, but it counts from now on. */
function decidedAnew({ component, recorded }: Sides, { wanted }: PackScope, enabled: boolean | null): boolean {
  return (
    Object.hasOwn(wanted.document.enabled, component.ref) && recorded !== undefined && recorded.enabled !== enabled
  );
}

/** While nothing of a row changes and the content is what we wrote, only its switch can be news to the inventory. */
function needsRecord(
  { recorded, columns, links }: Sides,
  { sameContent }: PackScope,
  after: { readonly enabled: boolean | null; readonly written: boolean; readonly remade: boolean },
): boolean {
  if (recorded === undefined || after.remade || recorded.enabled !== after.enabled) return true;
  if (sameContent && !after.written) return false;
  return !equalJson(recorded.columns, columns) || !equalJson(recorded.names, links.names) || after.written;
}

function fieldsOf(toggle: SwitchDecision | null): readonly FieldChange[] {
  return toggle?.field === undefined ? [] : [toggle.field];
}

function causeOf({ why }: FieldChange): Cause {
  return why === 'drifted' ? 'drift' : why === 'resolved' ? 'reference' : 'content';
}

function recordOf({ component, columns, links }: Sides, enabled: boolean | null): ComponentRecord {
  return { kind: component.kind, ref: component.ref, columns, names: links.names, enabled };
}

function overridesOf({ component, toggle }: Sides, { wanted, overrides }: PackScope): OverrideChange[] {
  const change = { pack: wanted.ref, kind: component.kind, ref: component.ref, field: 'enabled' };
  const value = overrides.get(overrideKey(change))?.value ?? null;
  if (toggle?.ends === true) return [{ op: 'end', ...change, value }];
  return toggle?.record === undefined ? [] : [{ op: 'record', ...change, value: toggle.record }];
}
