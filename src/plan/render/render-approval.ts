import type { Paint } from '../../text/paint.ts';
import { printable } from '../../text/printable.ts';
import { wrapText } from '../../text/wrap-text.ts';
import type { PackChange, Plan } from '../plan.ts';
import { isGuard } from '../safeguards/find-approval.ts';
import { countOf } from './render-summary.ts';

/** What waits for an approval and how it is given; nothing where no safeguard holds anything back. */
export function renderApproval(plan: Plan, { paint, width }: { paint: Paint; width: number }): string[] {
  const { guarded } = plan;
  if (guarded === null) return plan.changes.some(isHeldBack) ? wrapText(elsewhere, width).map(paint.yellow) : [];
  const { changes, why, id } = guarded;
  const waiting = `${countOf(changes.length, 'change')} ${changes.length === 1 ? 'waits' : 'wait'} for an approval`;
  const ask = changes.length === 1 ? 'If it is meant, let it through:' : 'If all of them are meant, let them through:';
  return [
    ...wrapText(printable(`${waiting}: ${why.join('; ')}.`), width).map(paint.yellow),
    // On one line, so that it can be copied.
    `${ask} ${paint.bold(`attune-sync approve ${id}`)}`,
  ];
}

/** A plan of some packs only: what is approved is what safeguards hold back in all of it. */
const elsewhere = 'What needs an approval is approved together: `attune-sync plan` of all packs shows how.';

function isHeldBack({ blocks }: PackChange): boolean {
  return blocks.some(({ code }) => isGuard(code));
}
