import { Cron } from 'croner';
import type { SyncWindow } from './config.ts';

/** Why some packs, or all, are not to be changed now, and until when. */
export interface ClosedWindow {
  /** Refs, `*` stands for anything; undefined: all packs. */
  readonly packs: readonly string[] | undefined;
  /** What a person reads: the reason, or the schedule. */
  readonly reason: string;
  /** Null of a time between windows that allow. */
  readonly since: Date | null;
  /** Null where it never opens again. */
  readonly until: Date | null;
}

/** What is closed at `now`: windows that deny and last, and packs whose windows that allow are all over; pure. */
export function listClosed(windows: readonly SyncWindow[], now: Date): readonly ClosedWindow[] {
  const denied = windows.flatMap((window): ClosedWindow[] => {
    const open = window.kind === 'deny' ? lasting(window, now) : null;
    return open === null ? [] : [{ packs: window.packs, reason: describe(window), ...open }];
  });
  const allowing = windows.filter(({ kind }) => kind === 'allow');
  const between = groupByPacks(allowing).flatMap((group): ClosedWindow[] => {
    if (group.some((window) => lasting(window, now) !== null)) return [];
    const next = group.flatMap((window) => cronOf(window).nextRun(now) ?? []).sort((a, b) => a.getTime() - b.getTime());
    const reason = `outside of ${group.map(describe).join(' and ')}`;
    return [{ packs: group[0]?.packs, reason, since: null, until: next[0] ?? null }];
  });
  return [...denied, ...between];
}

/** What is wrong with a schedule or its time zone, without a full stop; null where nothing is. */
export function findScheduleFault(schedule: string, timeZone: string): 'schedule' | 'time-zone' | null {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    return 'time-zone';
  }
  try {
    return new Cron(schedule, { timezone: timeZone, paused: true, mode: '5-part' }).nextRun() === null
      ? 'schedule'
      : null;
  } catch {
    return 'schedule';
  }
}

/** Windows for the same packs allow together. */
function groupByPacks(windows: readonly SyncWindow[]): readonly (readonly SyncWindow[])[] {
  const groups = new Map<string, SyncWindow[]>();
  for (const window of windows) {
    const key = JSON.stringify([...(window.packs ?? [])].sort());
    groups.set(key, [...(groups.get(key) ?? []), window]);
  }
  return [...groups.values()];
}

/** Null where it does not last at `now`. One that begins again before it ends goes on. */
function lasting(window: SyncWindow, now: Date): { since: Date; until: Date } | null {
  const cron = cronOf(window);
  const { durationMs } = window;
  const since = cron.nextRun(new Date(now.getTime() - durationMs));
  if (since === null || since > now) return null;
  let last = since;
  for (let step = 0; step < mostSteps; step++) {
    const next = nextDuring(cron, last, durationMs);
    if (next === null) break;
    last = next;
  }
  return { since, until: new Date(last.getTime() + durationMs) };
}

/** One that never ends begins again for ever, and each beginning takes time to find: what is found by then is said. */
const mostSteps = 300;

/** When it begins again before what began at `last` is over: late in it where that is known, for fewer steps. */
function nextDuring(cron: Cron, last: Date, durationMs: number): Date | null {
  for (const laterMs of [durationMs / 2, 0]) {
    const next = cron.nextRun(new Date(last.getTime() + laterMs));
    if (next !== null && next.getTime() <= last.getTime() + durationMs) return next;
  }
  return null;
}

function cronOf({ schedule, timeZone }: SyncWindow): Cron {
  return new Cron(schedule, { timezone: timeZone, paused: true, mode: '5-part' });
}

function describe({ schedule, timeZone, reason }: SyncWindow): string {
  return reason ?? `${schedule} ${timeZone}`;
}
