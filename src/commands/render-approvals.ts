import type { Json, JsonObject } from '../json.ts';
import type { GuardedSet } from '../plan/plan.ts';
import { countOf } from '../plan/render/render-summary.ts';
import { formatTime } from '../text/format-time.ts';
import { createPaint } from '../text/paint.ts';
import { printable } from '../text/printable.ts';
import { renderTable } from '../text/render-table.ts';
import type { GivenApproval } from './approve.ts';
import type { ApprovalRow } from './queries/read-approvals.ts';

/** What a person is about to approve: why it is held back, and every change of the set. */
export function renderGuardedSet({ why, changes }: GuardedSet): string {
  const lines = changes.map(({ action, pack, guards }) => `  ${action} ${pack}  (${guards.join(', ')})`);
  const head = `${countOf(changes.length, 'change')} held back: ${why.join('; ')}.`;
  return `${[head, ...lines].map(printable).join('\n')}\n`;
}

export function renderApprovalText({ changes, expires, who }: GivenApproval): string {
  const each = changes.length === 1 ? 'it is' : 'each is';
  return `${printable(who)} approved ${countOf(changes.length, 'change')}: until ${formatTime(expires)} ${each} let through once, by the daemon or by \`attune-sync apply\`.\n`;
}

export function renderApprovalJson(given: GivenApproval): JsonObject {
  return { formatVersion: 1, ...(given as unknown as Record<string, Json>), expires: given.expires.toISOString() };
}

const columns = [
  { header: 'APPROVED' },
  { header: 'BY', wrapTo: 16 },
  { header: 'UNTIL' },
  { header: 'STATE' },
  { header: 'CHANGES', wrapTo: 24 },
  { header: 'WHY', wrapTo: 16 },
];

/** One row an approval. */
export function renderApprovalsText(
  approvals: readonly ApprovalRow[],
  { color, width }: { color: boolean; width: number },
): string {
  if (approvals.length === 0) return 'Nothing was approved yet.\n';
  const rows = approvals.map((one) => [
    { text: one.plan },
    { text: one.who },
    { text: formatTime(one.expires) },
    { text: stateOf(one) },
    { text: one.changes.map(({ action, pack }) => `${action} ${pack}`).join(', ') },
    { text: one.why ?? '' },
  ]);
  return `${renderTable(columns, rows, { width, headerPaint: createPaint(color).dim }).join('\n')}\n`;
}

export function renderApprovalsJson(approvals: readonly ApprovalRow[]): JsonObject {
  return {
    formatVersion: 1,
    approvals: approvals.map((one) => ({
      ...(one as unknown as Record<string, Json>),
      created: one.created.toISOString(),
      expires: one.expires.toISOString(),
    })),
  };
}

function stateOf({ changes, used, isExpired }: ApprovalRow): string {
  if (used.length >= changes.length) return 'used';
  if (isExpired) return 'expired';
  return used.length === 0 ? 'valid' : `valid for ${changes.length - used.length} of ${changes.length}`;
}
