import type { PackChange } from '../plan.ts';
import type { Decision } from './choose-action.ts';

/** A change that says what and why, and writes nothing yet. */
export function emptyChange(ref: string, { action, reason }: Decision): PackChange {
  return {
    action,
    ref,
    reason,
    from: null,
    to: null,
    pack: { id: null, set: {}, fields: [], config: [] },
    components: [],
    records: [],
    overrides: [],
    record: null,
    files: false,
    after: [],
    keeps: [],
    restores: [],
    relinks: [],
    orphans: [],
    blocks: [],
    approval: null,
    degraded: [],
    warnings: [],
  };
}
