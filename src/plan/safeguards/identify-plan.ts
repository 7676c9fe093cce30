import { createHash } from 'node:crypto';
import type { ApprovedChange } from '../../actual/safeguards.ts';
import type { Plan } from '../plan.ts';

/** The id by which `attune-sync approve` approves what safeguards hold back in a plan; null where nothing is. */
export function identifyPlan({ guarded }: Plan): string | null {
  return guarded?.id ?? null;
}

/** 12 hex that name exactly this set of changes of this manager, in whatever order they come. */
export function identifySet(manager: string, changes: readonly ApprovedChange[]): string {
  const lines = changes
    .map(({ pack, action, guards, from, to }) => JSON.stringify([pack, action, [...guards].sort(), from, to]))
    .sort();
  return createHash('sha256')
    .update(JSON.stringify([manager, lines]))
    .digest('hex')
    .slice(0, 12);
}
