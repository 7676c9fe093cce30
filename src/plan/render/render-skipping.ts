import type { Paint } from '../../text/paint.ts';
import { wrapText } from '../../text/wrap-text.ts';
import type { Plan } from '../plan.ts';
import { countOf } from './render-summary.ts';

/** Says what a person has skipped, and for how many packs that matters; nothing where that is nothing. */
export function renderSkipping(plan: Plan, { paint, width }: { paint: Paint; width: number }): string[] {
  const tests = plan.skipsTests === true ? ['Tests of packs are skipped (--skip-tests).'] : [];
  return [...sayDependencies(plan), ...tests].flatMap((line) => wrapText(line, width).map(paint.yellow));
}

function sayDependencies(plan: Plan): string[] {
  if (plan.skipsDependencies !== true) return [];
  const count = plan.changes.filter(({ skipped = [] }) => skipped.length > 0).length;
  const said = count === 0 ? '; every pack has what it needs' : `, which lets ${countOf(count, 'change')} through`;
  return [`Dependencies are skipped (--skip-deps)${said}.`];
}
