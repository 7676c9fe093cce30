import type { ComponentChange, FieldChange, PackChange, Plan } from '../../src/plan/plan.ts';

/** A plan with nothing in it, but for what is given. */
export function samplePlan(given: Partial<Plan> = {}): Plan {
  return {
    formatVersion: 1,
    manager: 'examples',
    changes: [],
    unchanged: [],
    unreadable: [],
    unmanaged: [],
    notes: [],
    overrides: [],
    guarded: null,
    problems: [],
    ...given,
  };
}

/** An install of `jira` 1.0.0 without components, but for what is given. */
export function sampleChange(given: Partial<PackChange> = {}): PackChange {
  return {
    action: 'install',
    ref: 'jira',
    reason: { code: 'not-installed', sentence: 'not installed' },
    from: null,
    to: { version: '1.0.0', digest: 'a'.repeat(64), commit: null },
    pack: { id: null, set: {}, fields: [], config: [] },
    components: [],
    records: [],
    overrides: [],
    record: null,
    files: true,
    after: [],
    keeps: [],
    restores: [],
    relinks: [],
    orphans: [],
    blocks: [],
    approval: null,
    degraded: [],
    warnings: [],
    ...given,
  };
}

export function sampleComponent(
  op: ComponentChange['op'],
  kind: ComponentChange['kind'],
  ref: string,
  fields: readonly FieldChange[] = [],
): ComponentChange {
  return { op, kind, ref, id: op === 'create' ? null : '7', fields, set: {}, links: {} };
}

export function sampleField(field: string, before: FieldChange['before'], after: FieldChange['after']): FieldChange {
  return { field, before, after, why: 'changed' };
}
