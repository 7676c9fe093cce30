import type { Action, Plan } from '../plan.ts';
import { summarisePlan } from '../summarise-plan.ts';

const order: readonly Action[] = ['install', 'reinstall', 'configure', 'repair', 'adopt', 'remove', 'forget'];

/** The last line of a plan: `Plan: 2 to install, 40 unchanged, 1 blocked.` or `No changes. …`. */
export function renderSummary(plan: Plan): string {
  const summary = summarisePlan(plan);
  const errors = plan.problems.filter(({ severity }) => severity === 'error').length;
  const planned = order
    .filter((action) => summary.actions[action] > 0)
    .map((action) => `${summary.actions[action]} to ${action}`);
  const troubled = [
    ...(summary.blocked > 0 ? [`${summary.blocked} blocked`] : []),
    ...(summary.unreadable > 0 ? [`${summary.unreadable} unreadable`] : []),
    ...(errors > 0 ? [`${countOf(errors, 'error')}`] : []),
  ];
  if (planned.length === 0 && troubled.length === 0) return `No changes. ${matching(summary.unchanged)}`;
  const unchanged = summary.unchanged > 0 ? [`${summary.unchanged} unchanged`] : [];
  const { build, rebuild } = summary.environments;
  const built = build + rebuild === 0 ? [] : [`${countOf(build + rebuild, 'environment')} to build`];
  const first = planned.length === 0 ? ['nothing to change'] : [...planned, ...built];
  return `Plan: ${[...first, ...unchanged, ...troubled].join(', ')}.`;
}

function matching(packs: number): string {
  if (packs === 0) return 'No pack is desired or installed by this manager.';
  return packs === 1 ? '1 pack matches the desired state.' : `${packs} packs match the desired state.`;
}

/** `1 rule`, `3 rules`. */
export function countOf(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}
