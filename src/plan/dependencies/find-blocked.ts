import type { PackChange } from '../plan.ts';
import {
  breaks,
  bringsContent,
  failure,
  findBroken,
  findUnmade,
  type Outlook,
  versionAfter,
  versionNow,
} from './outlook.ts';

/**
 * The packs that what packs need of each other holds back, as few as can be found: what runs now is never broken, and a
 * pack that would be no better off without another's change is not the one to wait.
 *
 * @param unfit packs that are held back in any case
 */
export function findBlocked(outlook: Outlook, unfit: ReadonlySet<string>): ReadonlySet<string> {
  const blocked = new Set(unfit);
  for (;;) {
    const unmade = findUnmade(outlook, blocked);
    const guilty = blame(outlook, unmade);
    if (guilty.size === 0) break;
    for (const ref of guilty) blocked.add(ref);
  }
  // Who was held back because of a change that is held back itself may go after all.
  for (const change of outlook.changes) {
    if (!blocked.has(change.ref) || unfit.has(change.ref)) continue;
    const without = new Set(blocked);
    without.delete(change.ref);
    const unmade = findUnmade(outlook, without);
    const mayGo = !unmade.has(change.ref) && isSound(change, outlook, unmade) && blame(outlook, unmade).size === 0;
    if (mayGo) blocked.delete(change.ref);
  }
  return blocked;
}

/** Changes that break what stays, or else those that lack what they need. */
function blame(outlook: Outlook, unmade: ReadonlySet<string>): ReadonlySet<string> {
  const breaking = new Set<string>();
  const lacking = new Set<string>();
  for (const change of outlook.changes) {
    if (unmade.has(change.ref)) continue;
    if (findBroken(change, outlook, unmade).length > 0) breaking.add(change.ref);
    for (const need of lacks(change, outlook, unmade)) {
      if (breaksAnyway(need.ref, change.ref, outlook, unmade)) breaking.add(need.ref);
      else lacking.add(change.ref);
    }
  }
  return breaking.size > 0 ? breaking : lacking;
}

function isSound(change: PackChange, outlook: Outlook, unmade: ReadonlySet<string>): boolean {
  return findBroken(change, outlook, unmade).length === 0 && lacks(change, outlook, unmade).length === 0;
}

function lacks(change: PackChange, outlook: Outlook, unmade: ReadonlySet<string>) {
  if (!bringsContent(change)) return [];
  const needs = outlook.wanted.get(change.ref) ?? [];
  return needs.filter((need) => failure(need, versionAfter(need.ref, outlook, unmade)) !== undefined);
}

/** The change of `ref` would break the pack as it is installed just the same. */
function breaksAnyway(ref: string, pack: string, outlook: Outlook, unmade: ReadonlySet<string>): boolean {
  const isMade = outlook.byRef.has(ref) && !unmade.has(ref);
  const needs = outlook.installed.get(pack);
  if (!isMade || needs === undefined) return false;
  return breaks(needs, ref, versionNow(ref, outlook), versionAfter(ref, outlook, unmade)).length > 0;
}
