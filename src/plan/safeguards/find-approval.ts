import type { Approval, ApprovedChange, Safeguards } from '../../actual/safeguards.ts';
import type { PackChange } from '../plan.ts';

/** Safeguards that an approval lifts. Whatever else blocks a change, what depends on it for example, is no matter of approval. */
const guardCodes: ReadonlySet<string> = new Set(['emptied-pack', 'last-pack', 'removal-limit']);

export function isGuard(code: string): boolean {
  return guardCodes.has(code);
}

/** What would have to be approved of a change; null where no safeguard holds it back. */
export function guardedChange({ ref, action, from, to, blocks }: PackChange): ApprovedChange | null {
  const guards = [...new Set(blocks.map(({ code }) => code).filter(isGuard))].sort();
  if (guards.length === 0) return null;
  return { pack: ref, action, guards, from: from?.digest ?? from?.version ?? null, to: to?.digest ?? null };
}

/** The first approval that is valid, not used for this pack yet, and names the very same change with all that guards it. */
export function findApproval(change: ApprovedChange, { approvals, now }: Safeguards): Approval | undefined {
  return approvals.find(
    ({ expires, changes, used }) =>
      expires.getTime() > now.getTime() &&
      !used.includes(change.pack) &&
      changes.some((approved) => covers(approved, change)),
  );
}

function covers(approved: ApprovedChange, change: ApprovedChange): boolean {
  return (
    approved.pack === change.pack &&
    approved.action === change.action &&
    approved.from === change.from &&
    approved.to === change.to &&
    change.guards.every((code) => approved.guards.includes(code))
  );
}
