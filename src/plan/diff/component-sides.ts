import type { ComponentRow, RecordedComponent } from '../../actual/actual.ts';
import type { Json } from '../../json.ts';
import type { Component } from '../../packs/content.ts';
import { kindOf } from '../../packs/kinds.ts';
import { overrideKey, type PackScope } from '../pack-scope.ts';
import { withoutMissing } from './diff-columns.ts';
import { type ComparedLinks, compareLinks } from './diff-links.ts';
import { decideSwitch, type SwitchDecision } from './diff-switch.ts';

/** What every side says of one component; undefined where it says nothing. */
export interface ComponentSides {
  readonly component: Component;
  readonly row: ComponentRow | undefined;
  readonly recorded: RecordedComponent | undefined;
  /** As wanted, without those that this Attune does not have. */
  readonly columns: Readonly<Record<string, Json>>;
  readonly links: ComparedLinks;
  /** Null for kinds without a switch. */
  readonly toggle: SwitchDecision | null;
}

/** `row` and `recorded` are looked up by kind and ref. */
export function componentSidesOf(component: Component, scope: PackScope): ComponentSides {
  const row = scope.index.row(component.kind, component.ref);
  const recorded = scope.recordedComponents.get(component.kind)?.get(component.ref);
  return {
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
