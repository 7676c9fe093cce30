import type { Absence } from '../plan/safeguards/find-absent.ts';
import type { Unproven } from '../plan/safeguards/guard-changes.ts';
import type { Timing } from './timing.ts';

/** What a daemon remembers of packs that are missing in its directories; a restart begins anew. */
export interface AbsenceProof {
  /** Something moved in a directory of desired state: nothing seen before proves anything. */
  reset(): void;
  /** A reading begins: gives what the planner asks of it, as often as it plans with that reading. */
  beginReading(): (absence: Absence) => ReadonlyMap<string, Unproven>;
  /** When, on the clock of `Timing.now`, the next reading may prove more; Infinity where none will. */
  dueMs(): number;
}

interface Seen {
  /** When the reading was done that first missed the pack, on both clocks. */
  readonly sinceMs: number;
  readonly since: Date;
}

/**
 * A pack is no longer desired after two complete readings, `delayMs` apart, that both miss it, with no event between
 * them (design §2.5).
 * @param now the clock that people read
 */
export function createAbsenceProof(delayMs: number, timing: Timing, now: () => Date): AbsenceProof {
  let seen = new Map<string, Seen>();
  let movements = 0;
  let dueMs = Number.POSITIVE_INFINITY;

  function forget(): void {
    seen = new Map();
    dueMs = Number.POSITIVE_INFINITY;
  }

  return {
    reset() {
      movements += 1;
      forget();
    },
    beginReading() {
      const startedMs = timing.now();
      const before = movements;
      return ({ refs, isComplete }) => {
        const current: Seen = { sinceMs: timing.now(), since: now() };
        if (!isComplete) forget();
        // What moved while it was read is read again: this reading counts for nothing.
        const counts = isComplete && movements === before;
        const found = new Map(refs.map((ref) => [ref, seen.get(ref) ?? current]));
        const unproven = [...found].filter(([, { sinceMs }]) => startedMs - sinceMs < delayMs);
        if (counts) {
          seen = found;
          dueMs = Math.min(...unproven.map(([, { sinceMs }]) => sinceMs + delayMs));
        }
        return new Map(
          unproven.map(([ref, { since }]) => [ref, { since, until: new Date(since.getTime() + delayMs) }]),
        );
      };
    },
    dueMs: () => dueMs,
  };
}
