import type { Actual } from '../../actual/actual.ts';
import type { Note } from '../plan.ts';

/** How much this manager may remove within 24 hours (design §8). */
export interface RemovalLimit {
  /** Packs. */
  readonly count: number;
  /** Packs, as a share of what the manager owns. */
  readonly percent: number;
  /** Components that one pack may lose in one change; undefined: any number but all. */
  readonly components?: number;
}

/** Packs, each counted once. */
export interface RemovalCount {
  /** No longer desired now. */
  readonly planned: number;
  /** Removed in the last 24 hours, and not back since. */
  readonly recent: number;
  /** What the manager had before any of these went. */
  readonly owned: number;
}

/** Below this many packs a share says nothing: one of two is half. */
const fewestForPercent = 3;
const dayMs = 24 * 60 * 60 * 1000;

/** Counts what goes beside what went; `planned` are refs of packs that are still installed. */
export function countRemovals(planned: readonly string[], actual: Actual): RemovalCount {
  const { now, removed } = actual.safeguards;
  const owned = ownedPacks(actual);
  const recent = [...removed].filter(([ref, at]) => now.getTime() - at.getTime() < dayMs && !owned.has(ref)).length;
  return { planned: planned.length, recent, owned: owned.size + recent };
}

/** What holds all planned removals back because together they are too many; null where they fit. */
export function noteLimit(count: RemovalCount, limit: RemovalLimit, manager: string): Note | null {
  const total = count.planned + count.recent;
  if (count.planned === 0) return null;
  const removals = `${sayRemovals(count)} more than`;
  if (total > limit.count) return limitNote(`${removals} ${limit.count} (sync.removalLimit.count)`);
  if (total < fewestForPercent || total * 100 <= limit.percent * count.owned) return null;
  return limitNote(
    `${removals} ${limit.percent} % of the ${count.owned} packs of ${manager} (sync.removalLimit.percent)`,
  );
}

/** What holds removals back because no pack would be left; null where one stays. */
export function noteLastPacks(planned: readonly string[], actual: Actual): Note | null {
  const owned = ownedPacks(actual);
  if (planned.length === 0 || planned.length < owned.size) return null;
  const sentence =
    owned.size === 1
      ? `it is the last pack of ${actual.manager}`
      : `no pack of ${actual.manager} would be left: these are all ${owned.size} of them`;
  return { code: 'last-pack', sentence, rows: [] };
}

/** Refs of the packs in Attune that this manager installed or adopted. */
function ownedPacks({ packs, manager }: Actual): ReadonlySet<string> {
  return new Set([...packs.values()].filter(({ recorded }) => recorded?.manager === manager).map(({ ref }) => ref));
}

function limitNote(sentence: string): Note {
  return { code: 'removal-limit', sentence, rows: [] };
}

function sayRemovals({ planned, recent }: RemovalCount): string {
  if (recent === 0) return planned === 1 ? '1 removal is' : `${planned} removals are`;
  return `${planned + recent} removals within 24 hours, ${recent} of them done, are`;
}
