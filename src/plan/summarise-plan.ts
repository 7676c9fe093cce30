import type { Action, Plan } from './plan.ts';

/** How many packs each action concerns; a blocked pack counts as blocked and under no action. */
export interface PlanSummary {
  readonly actions: Readonly<Record<Action, number>>;
  readonly blocked: number;
  readonly unreadable: number;
  readonly unchanged: number;
}

/** Counts packs; problems of documents are in none of the numbers. */
export function summarisePlan(plan: Plan): PlanSummary {
  const actions = { install: 0, reinstall: 0, configure: 0, repair: 0, adopt: 0, remove: 0, forget: 0 };
  let blocked = 0;
  for (const change of plan.changes) {
    if (change.blocks.length > 0) blocked += 1;
    else actions[change.action] += 1;
  }
  return { actions, blocked, unreadable: plan.unreadable.length, unchanged: plan.unchanged.length };
}
