import type { Paint } from '../../text/paint.ts';
import { printable } from '../../text/printable.ts';
import { wrapText } from '../../text/wrap-text.ts';
import type { Plan } from '../plan.ts';
import { countOf } from './render-summary.ts';

/** What waits for an approval and how it is given; nothing where no safeguard holds anything back. */
export function renderApproval({ guarded }: Plan, { paint, width }: { paint: Paint; width: number }): string[] {
  if (guarded === null) return [];
  const { changes, why, id } = guarded;
  const waiting = `${countOf(changes.length, 'change')} ${changes.length === 1 ? 'waits' : 'wait'} for an approval`;
  const ask = changes.length === 1 ? 'If it is meant, let it through:' : 'If all of them are meant, let them through:';
  return [
    ...wrapText(printable(`${waiting}: ${why.join('; ')}.`), width).map(paint.yellow),
    // On one line, so that it can be copied.
    `${ask} ${paint.bold(`attune-sync approve ${id}`)}`,
  ];
}
