import type { Desired, WantedPack } from '../../desired/desired.ts';
import type { SavedPlan } from './saved-plan.ts';

/**
 * Packs whose content is still what was saved come from the commit that was saved, though a branch moved on since by
 * commits that left their files alone: that is what people read, and what history will say.
 */
export function pinCommits(saved: SavedPlan, desired: Desired): Desired {
  const packs = new Map(saved.packs.map((pack) => [pack.ref, pack]));
  const pin = (wanted: WantedPack): WantedPack => {
    const { to, from } = packs.get(wanted.ref) ?? {};
    const { source, content } = wanted;
    if (source.type !== 'git' || to == null || to.commit === null || to.digest !== content.digest) return wanted;
    // What is installed already keeps the commit that brought it.
    if (from?.digest === to.digest) return wanted;
    return { ...wanted, source: { ...source, commit: to.commit } };
  };
  return { ...desired, packs: desired.packs.map(pin) };
}
