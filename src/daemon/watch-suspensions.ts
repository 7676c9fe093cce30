import type { EventBody } from '../events/event.ts';
import type { ActiveSuspension, Plan } from '../plan/plan.ts';
import { saySuspension } from '../plan/suspensions.ts';
import type { Timing } from './timing.ts';

/** What a daemon remembers of suspensions from pass to pass. */
export interface SuspensionWatch {
  /** Takes the plan of a pass over all packs. */
  seen(plan: Pick<Plan, 'suspensions'>): void;
  /** When, on the clock of `Timing.now`, the first of them ends by itself; Infinity where none does. */
  dueMs(): number;
}

interface Options {
  readonly emit: (event: EventBody) => void;
  /** What is in force when it begins is no news to anybody, but stands in its log. */
  readonly log: (message: string) => void;
  readonly timing: Timing;
  /** The clock that people read. */
  readonly now: () => Date;
}

/** Clocks of two machines differ: looked at too early, it would still be in force. */
const graceMs = 1000;

/** Tells what was suspended and resumed since the plan before, and when to look again by itself. */
export function watchSuspensions({ emit, log, timing, now }: Options): SuspensionWatch {
  let known: ReadonlyMap<string, ActiveSuspension> | null = null;
  return {
    seen({ suspensions = [] }) {
      const found = new Map(suspensions.map((one) => [JSON.stringify({ ...one, where: null }), one]));
      for (const [key, one] of found) {
        if (known?.has(key) === true) continue;
        log(tell(one));
        if (known !== null) emit(suspended(one));
      }
      for (const [key, one] of known ?? []) {
        if (found.has(key)) continue;
        // Said anew, with another reason or another end: it goes on.
        if (suspensions.some(({ pack, by }) => pack === one.pack && by === one.by)) continue;
        const isOver = one.until !== null && Date.parse(one.until) <= now().getTime() + graceMs;
        log(`${one.pack === null ? 'All packs are' : `${one.pack} is`} resumed${isOver ? ', the time is up' : ''}.`);
        emit({ type: 'resumed', ref: one.pack, by: isOver ? 'expiry' : one.by });
      }
      known = found;
    },
    dueMs() {
      const untils = [...(known?.values() ?? [])].flatMap(({ until }) => (until === null ? [] : [Date.parse(until)]));
      if (untils.length === 0) return Number.POSITIVE_INFINITY;
      return timing.now() + Math.max(0, Math.min(...untils) - now().getTime()) + graceMs;
    },
  };
}

function tell(one: ActiveSuspension): string {
  const said = saySuspension(one);
  return one.pack === null ? `${said.slice(0, 1).toUpperCase()}${said.slice(1)}.` : `${one.pack} is ${said}.`;
}

function suspended({ pack, who, by, reason, until }: ActiveSuspension): EventBody {
  const end = until === null ? null : new Date(until);
  return { type: 'suspended', ref: pack, by: who ?? by, reason, until: end };
}
