import type { PackEnvironment } from '../../environments/environment.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { ComponentChange, FieldChange, OverrideChange, PackChange, Plan } from '../plan.ts';
import { summarisePlan } from '../summarise-plan.ts';
import { signOf } from './render-sign.ts';
import { maskField } from './render-value.ts';

/**
 * The plan for machines, as `schemas/plan.schema.json` describes it. Keys are only ever added under one
 * `formatVersion`; readers ignore those they do not know. Secrets stand as digests or masked, as in the text.
 */
export function renderPlanJson(plan: Plan): JsonObject {
  return {
    formatVersion: plan.formatVersion,
    manager: plan.manager,
    summary: plain(summarisePlan(plan)),
    changes: plan.changes.map(changeJson),
    unchanged: plan.unchanged,
    unreadable: plain(plan.unreadable),
    unmanaged: plan.unmanaged,
    notes: plain(plan.notes),
    overrides: plan.overrides.map(overrideJson),
    skipsDependencies: plan.skipsDependencies === true,
    skipsTests: plan.skipsTests === true,
    suspensions: plain(plan.suspensions ?? []),
    holds: plain(plan.holds ?? []),
    endedHolds: plan.endedHolds ?? [],
    guarded: plain(plan.guarded),
    problems: plain(plan.problems),
  };
}

function changeJson(change: PackChange): JsonObject {
  return {
    pack: change.ref,
    action: change.action,
    blocked: signOf(change) === '!',
    reason: plain(change.reason),
    from: plain(change.from),
    to: plain(change.to),
    fields: change.pack.fields.map(fieldJson),
    components: change.components.map(componentJson),
    overrides: change.overrides.map(overrideJson),
    files: change.files,
    drifted: plain(change.drifted ?? []),
    environments: (change.environments ?? []).map(environmentJson),
    tests: plain(change.tests ?? null),
    after: change.after,
    keeps: plain(change.keeps),
    restores: plain(change.restores),
    relinks: plain(change.relinks),
    orphans: plain(change.orphans),
    restarts: plain(change.restarts ?? []),
    blocks: plain(change.blocks),
    skipped: plain(change.skipped ?? []),
    approval: plain(change.approval),
    endedHold: plain(change.hold?.op === 'end' ? change.hold.heldBack : null),
    degraded: change.degraded,
    warnings: plain(change.warnings),
  };
}

/** Not the commands: they are the runtime's, and stand in its row. */
function environmentJson(environment: PackEnvironment): JsonObject {
  const { key, runtime, version, op, why, link, interpreter, manifest } = environment;
  return { key, runtime, version, op, why, link, interpreter: plain(interpreter), manifest: manifest?.path ?? null };
}

function componentJson({ op, kind, ref, fields, enabled }: ComponentChange): JsonObject {
  return { op, kind, ref, fields: fields.map(fieldJson), ...(enabled === undefined ? {} : { enabled }) };
}

function fieldJson({ field, before, after, why }: FieldChange): JsonObject {
  return { field, before: maskField(field, before), after: maskField(field, after), why };
}

function overrideJson({ op, pack, kind, ref, field, value }: OverrideChange): JsonObject {
  return { op, pack, kind, ref, field, value: maskField(kind === 'pack' ? `config.${field}` : field, value) };
}

/** Contract types are JSON already, but interfaces have no index signature. */
function plain(value: object | null): Json {
  return value as unknown as Json;
}
