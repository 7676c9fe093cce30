import type { Action, Plan } from './plan.ts';

/** How many packs each action concerns; a blocked pack counts as blocked and under no action. */
export interface PlanSummary {
  readonly actions: Readonly<Record<Action, number>>;
  readonly blocked: number;
  readonly unreadable: number;
  readonly unchanged: number;
  /** Environments of packs that are not blocked, each once however many packs share it. */
  readonly environments: Readonly<Record<'build' | 'rebuild' | 'link', number>>;
}

/** Counts packs; problems of documents are in none of the numbers. */
export function summarisePlan(plan: Plan): PlanSummary {
  const actions = { install: 0, reinstall: 0, configure: 0, repair: 0, adopt: 0, remove: 0, forget: 0 };
  let blocked = 0;
  for (const change of plan.changes) {
    if (change.blocks.length > 0) blocked += 1;
    else actions[change.action] += 1;
  }
  const environments = countEnvironments(plan);
  return { actions, blocked, unreadable: plan.unreadable.length, unchanged: plan.unchanged.length, environments };
}

/** One that is built for a pack is only linked for others. */
function countEnvironments({ changes }: Plan): PlanSummary['environments'] {
  const all = changes.flatMap(({ blocks, environments = [] }) => (blocks.length > 0 ? [] : environments));
  const seen = new Set<string>();
  const count = (wanted: string) => {
    const keys = new Set(all.filter(({ op, key }) => op === wanted && !seen.has(key)).map(({ key }) => key));
    for (const key of keys) seen.add(key);
    return keys.size;
  };
  return { build: count('build'), rebuild: count('rebuild'), link: count('link') };
}
