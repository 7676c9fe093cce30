import type { DaemonState } from '../daemon/daemon-state.ts';
import { problemsOf } from '../errors.ts';
import type { ProgressStep } from '../progress.ts';
import { formatTime } from '../text/format-time.ts';

/** A pass that is over sooner is not worth a message. */
const shortMs = 3000;

const outcomes = ['failed', 'blocked', 'skipped', 'unreadable'] as const;

/**
 * What `systemctl status` shows: one line, which stays the same as long as nothing happens.
 * @param steps under way
 */
export function renderServiceStatus(state: DaemonState, steps: readonly ProgressStep[], now: Date): string {
  const { role, leader, databaseAwaySince, pass, last } = state;
  if (role === 'starting')
    return databaseAwaySince === null
      ? 'Finds out who leads.'
      : `The database has been away since ${formatTime(databaseAwaySince)}.`;
  if (role === 'stopping') return 'Stops after the pack in hand.';
  if (role === 'standby') return `Stands by; ${leader ?? 'another daemon'} leads.`;
  if (pass !== null && now.getTime() - pass.startedAt.getTime() >= shortMs) {
    const what = steps.length === 0 ? '' : `: ${steps.join(', ')}`;
    return `Leads. A pass is under way since ${formatTime(pass.startedAt)}${what}.`;
  }
  return last === null ? 'Leads. The first pass is under way.' : `Leads. ${sayLast(state, last)}`;
}

function sayLast({ plan, retries }: DaemonState, { report, pass }: NonNullable<DaemonState['last']>): string {
  if ('error' in report) {
    const [first] = problemsOf(report.error);
    return `The last pass could not be done, and is tried again: ${first?.message ?? 'the reason is not known'}`;
  }
  const { packs, unchanged } = report.result;
  const applied = packs.filter(({ outcome }) => outcome === 'applied').length;
  const counts = outcomes.flatMap((wanted) => {
    const count = packs.filter(({ outcome }) => outcome === wanted).length;
    return count === 0 ? [] : [`${count} ${wanted}`];
  });
  const waiting = retries.size === 0 ? [] : [`${retries.size} tried again by themselves`];
  const which = pass.targets === undefined || plan === null ? '' : `Of ${pass.targets.join(', ')}: `;
  return `${which}${[`${applied + unchanged} as desired`, ...counts, ...waiting].join(', ')}.`;
}
