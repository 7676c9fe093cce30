import type { JsonObject } from '../json.ts';
import { countOf } from '../plan/render/render-summary.ts';
import { printable } from '../text/printable.ts';
import { wrapText } from '../text/wrap-text.ts';
import type { PackTransfer } from './pack-transfer.ts';

/** What was given to whom, and what has to be done on both sides. */
export function renderPackTransferText(transfer: PackTransfer, options: { width: number }): string {
  const { from, to } = transfer;
  const lines = [
    `Transferred ${nameTransfer(transfer)}.`,
    `Rows and files stay as they are. Remove the documents of ${from} that name them: they are blocked from now on. ` +
      `${to} keeps them until a document of its own has named them; after that, they are its to remove.`,
  ];
  return `${lines.flatMap((line) => wrapText(printable(line), options.width)).join('\n')}\n`;
}

/** `2 packs (jira, slack) from examples to staging` */
export function nameTransfer({ from, to, packs }: PackTransfer): string {
  const refs = packs.map(({ ref }) => ref).join(', ');
  return `${countOf(packs.length, 'pack')} (${refs}) from ${from} to ${to}`;
}

export function renderPackTransferJson({ from, to, packs }: PackTransfer): JsonObject {
  return { formatVersion: 1, from, to, packs: packs.map(({ ref, version }) => ({ ref, version })) };
}
