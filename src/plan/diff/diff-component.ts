import type { ComponentRow, RecordedComponent } from '../../actual/actual.ts';
import { equalJson, type Json } from '../../json.ts';
import type { Component } from '../../packs/content.ts';
import { kindOf } from '../../packs/kinds.ts';
import { type Cause, overrideKey, type PackScope } from '../pack-scope.ts';
import type { ComponentChange, ComponentRecord, FieldChange, OverrideChange } from '../plan.ts';
import { diffColumns, valuesOf, withoutMissing } from './diff-columns.ts';
import { type ComparedLinks, compareLinks, type LinkDifference, type Unresolved } from './diff-links.ts';
import { diffOwner } from './diff-owner.ts';
import { decideSwitch, type SwitchDecision } from './diff-switch.ts';

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
  const found: RowDifference = {
    columns: diffColumns(sides.columns, recorded?.columns, row.columns),
    links: links.differences,
    toggled: toggle?.field === undefined ? [] : [toggle.field],
    owner: diffOwner(row, recorded, scope),
  };
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
      ...[...written.columns, ...written.links.map(({ field }) => field), ...ownerOf(written)].map(causeOf),
      ...written.toggled.map(({ why }): Cause => (why === 'drifted' ? 'drift' : 'switch')),
      ...(remade && scope.repairs ? (['drift'] as const) : []),
      ...(decidedAnew(sides, scope, enabled) ? (['switch'] as const) : []),
    ],
    unresolved: links.unresolved,
    driftReported,
  };
}

/** What an existing row has other than it should. */
interface RowDifference {
  readonly columns: readonly FieldChange[];
  readonly links: readonly LinkDifference[];
  readonly toggled: readonly FieldChange[];
  /** It does not say that it is this pack's. */
  readonly owner: FieldChange | null;
}

function fieldsOf({ columns, links, toggled, owner }: RowDifference): readonly FieldChange[] {
  return [...columns, ...links.map(({ field }) => field), ...toggled, ...ownerOf({ owner })];
}

function ownerOf({ owner }: Pick<RowDifference, 'owner'>): readonly FieldChange[] {
  return owner === null ? [] : [owner];
}

function withoutDrift({ columns, links, toggled, owner }: RowDifference): RowDifference {
  const isWritten = ({ why }: FieldChange) => why !== 'drifted';
  return {
    columns: columns.filter(isWritten),
    links: links.filter(({ field }) => isWritten(field)),
    toggled: toggled.filter(isWritten),
    owner: owner !== null && isWritten(owner) ? owner : null,
  };
}

/** By far the most rows of a plan: as we wrote them, with nothing to record and nothing to say. */
function isSettled({ recorded, links, toggle }: Sides, found: RowDifference, { sameContent }: PackScope): boolean {
  if (!sameContent || recorded === undefined || recorded.enabled !== (toggle?.value ?? null)) return false;
  if (toggle?.ends === true || toggle?.record !== undefined || links.unresolved.length > 0) return false;
  return found.columns.length === 0 && found.links.length === 0 && found.toggled.length === 0 && found.owner === null;
}

/** The document decides what a person had set already: nothing to write, but it counts from now on. */
function decidedAnew({ component, recorded }: Sides, { wanted }: PackScope, enabled: boolean | null): boolean {
  return (
    Object.hasOwn(wanted.document.enabled, component.ref) && recorded !== undefined && recorded.enabled !== enabled
  );
}

/** While nothing of a row changes and the content is what we wrote, only its switch can be news to the inventory. */
function needsRecord(
  { component, recorded, columns, links }: Sides,
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

function recordOf({ component, columns, links }: Sides, enabled: boolean | null): ComponentRecord {
  return { kind: component.kind, ref: component.ref, columns, names: links.names, enabled };
}

function overridesOf({ component, toggle }: Sides, { wanted, overrides }: PackScope): OverrideChange[] {
  const change = { pack: wanted.ref, kind: component.kind, ref: component.ref, field: 'enabled' };
  const value = overrides.get(overrideKey(change))?.value ?? null;
  if (toggle?.ends === true) return [{ op: 'end', ...change, value }];
  return toggle?.record === undefined ? [] : [{ op: 'record', ...change, value: toggle.record }];
}
