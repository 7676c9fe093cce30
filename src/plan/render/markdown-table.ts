import type { ContentVersion, PackChange, UnreadableEntry } from '../plan.ts';
import { codeSpan } from './markdown-text.ts';
import { signOf } from './render-sign.ts';

/** Head of the table of packs. */
export const tableHead: readonly string[] = ['| | Pack | Action | Version | Why |', '|---|---|---|---|---|'];

/** The row of a pack that changes. */
export function changeRow(change: PackChange): string {
  const { ref, action, from, to, reason, blocks } = change;
  const why = blocks.length > 0 ? `blocked: ${blocks.map(({ sentence }) => sentence).join('; ')}` : reason.sentence;
  return row([codeSpan(signOf(change)), codeSpan(ref), action, versions(from, to), codeSpan(why)]);
}

/** The row of a pack whose content could not be had. */
export function unreadableRow({ ref, problems }: UnreadableEntry): string {
  return row([codeSpan('?'), codeSpan(ref), 'unreadable', '', codeSpan(problems[0]?.message ?? 'cannot be read')]);
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function versions(from: ContentVersion | null, to: ContentVersion | null): string {
  const [one, other] = [from?.version, to?.version];
  if (one === undefined || other === undefined || one === other) return codeSpan(other ?? one ?? '');
  return `${codeSpan(one)} → ${codeSpan(other)}`;
}
