import type { PackResult } from '../apply/result.ts';
import type { LastPass } from '../daemon/daemon-state.ts';
import { stillFetching } from '../daemon/sources/create-sources.ts';
import type { PackChange, Plan } from '../plan/plan.ts';

export interface PackState {
  readonly state: 'ready' | 'pending' | 'blocked' | 'suspended' | 'failed' | 'skipped' | 'unreadable';
  /** Changed behind our back, and still so. */
  readonly isDrifted: boolean;
}

/** By pack ref. */
export type PackStates = ReadonlyMap<string, PackState>;

/** How packs are after a pass. One over some packs leaves the others as they were. */
export function updatePackStates(before: PackStates, { pass, report }: LastPass, plan: Plan): PackStates {
  if ('error' in report) return before;
  const after = new Map(pass.targets === undefined ? [] : before);
  for (const ref of pass.targets ?? []) after.delete(ref);
  for (const ref of plan.unchanged) after.set(ref, { state: 'ready', isDrifted: false });
  for (const { ref, problems } of plan.unreadable) {
    const isComing = problems.every(({ code }) => code === stillFetching);
    after.set(ref, { state: isComing ? 'pending' : 'unreadable', isDrifted: false });
  }
  const results = new Map(report.result.packs.map((result) => [result.ref, result]));
  for (const change of plan.changes) {
    const result = results.get(change.ref);
    if (result?.outcome === 'applied') {
      if (isLeaving(change)) after.delete(change.ref);
      else after.set(change.ref, { state: 'ready', isDrifted: false });
    } else after.set(change.ref, { state: stateOf(change, result), isDrifted: drifted(change) });
  }
  for (const ref of reportedDrift(plan, [...after.keys()])) {
    after.set(ref, { state: after.get(ref)?.state ?? 'ready', isDrifted: true });
  }
  return after;
}

function isLeaving({ action }: PackChange): boolean {
  return action === 'remove' || action === 'forget';
}

function stateOf({ blocks }: PackChange, result: PackResult | undefined): PackState['state'] {
  const codes = [...blocks, ...(result?.problems ?? [])].map(({ code }) => code);
  if (codes.includes('suspended')) return 'suspended';
  if (blocks.length > 0) return 'blocked';
  return result === undefined || result.outcome === 'applied' ? 'pending' : result.outcome;
}

function drifted({ reason, pack, components }: PackChange): boolean {
  if (reason.code === 'row-drifted' || reason.code === 'files-drifted') return true;
  return [pack, ...components].some(({ fields }) => fields.some(({ why }) => why === 'drifted'));
}

/** Packs whose drift is told of and not repaired: a note names its rows as `kind ref`. */
function reportedDrift({ notes, changes }: Plan, refs: readonly string[]): readonly string[] {
  const all = [...notes, ...changes.flatMap(({ keeps }) => keeps)];
  const rows = all.filter(({ code }) => code === 'drifted').flatMap(({ rows }) => rows);
  const named = new Set(rows.map((row) => row.slice(row.indexOf(' ') + 1)));
  return refs.filter((ref) => [...named].some((row) => row === ref || row.startsWith(`${ref}.`)));
}
