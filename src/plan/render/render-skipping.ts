import type { Paint } from '../../text/paint.ts';
import { wrapText } from '../../text/wrap-text.ts';
import type { Plan } from '../plan.ts';
import { countOf } from './render-summary.ts';

/** Says that dependencies are skipped, and for how many packs that matters; nothing where they are not. */
export function renderSkipping(plan: Plan, { paint, width }: { paint: Paint; width: number }): string[] {
  if (plan.skipsDependencies !== true) return [];
  const count = plan.changes.filter(({ skipped = [] }) => skipped.length > 0).length;
  const said = count === 0 ? '; every pack has what it needs' : `, which lets ${countOf(count, 'change')} through`;
  return wrapText(`Dependencies are skipped (--skip-deps)${said}.`, width).map(paint.yellow);
}
