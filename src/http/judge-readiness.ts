import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import type { DaemonState } from '../daemon/daemon-state.ts';
import type { DaemonView } from '../daemon/daemon-view.ts';
import { formatDuration } from '../text/format-duration.ts';
import { formatTime } from '../text/format-time.ts';

/** Why a daemon is not ready. Everybody may read it: it names no pack, host or file. */
export interface Unready {
  readonly code: 'starting' | 'stopping' | 'pass-failed' | 'pass-overdue' | 'pass-stuck' | 'database-away';
  readonly message: string;
}

/** A database that answers later than this does not answer. */
const patienceMs = 2_000;
/** Beyond when it was due; a busy machine is no reason to be called dead. */
const graceMs = 60_000;

/** None where it is ready. */
export async function judgeReadiness(view: DaemonView): Promise<readonly Unready[]> {
  const state = view.state();
  const found = judgeState(state, view.context.config, view.context.now());
  if (found.length > 0 || state.role !== 'standby') return found;
  const answers = await Promise.race([ask(view), sleep(patienceMs, false, { ref: false })]);
  return answers ? [] : [{ code: 'database-away', message: 'The database does not answer.' }];
}

/** What the state of a daemon says; pure. */
export function judgeState(state: DaemonState, { environments, git }: Config, now: Date): readonly Unready[] {
  const { role, databaseAwaySince, pass, last, lastWholeAt, nextLookAt } = state;
  if (role === 'standby') return [];
  if (role === 'stopping') return [{ code: 'stopping', message: 'The daemon is stopping.' }];
  if (role === 'starting' && databaseAwaySince !== null) {
    const message = `The database has been away since ${formatTime(databaseAwaySince)}.`;
    return [{ code: 'database-away', message }];
  }
  if (role === 'starting') return [{ code: 'starting', message: 'The daemon does not know yet whether it leads.' }];
  const reasons: Unready[] = [];
  if (last !== null && 'error' in last.report)
    reasons.push({ code: 'pass-failed', message: 'The last pass could not be done; the log says why.' });
  else if (lastWholeAt === null) reasons.push({ code: 'starting', message: 'The first pass has not ended yet.' });
  const lateMs = nextLookAt === null ? 0 : now.getTime() - nextLookAt.getTime();
  if (pass === null && lateMs > graceMs)
    reasons.push({ code: 'pass-overdue', message: `A pass was due ${formatDuration(lateMs)} ago.` });
  const tookMs = pass === null ? 0 : now.getTime() - pass.startedAt.getTime();
  // One build is some commands, and one fetch some attempts, each with a deadline of its own.
  if (tookMs > 4 * environments.timeoutMs + 5 * git.timeoutMs + 10 * graceMs)
    reasons.push({ code: 'pass-stuck', message: `A pass has been under way for ${formatDuration(tookMs)}.` });
  return reasons;
}

async function ask(view: DaemonView): Promise<boolean> {
  try {
    const { knex } = await view.database.get();
    await knex.raw('SELECT 1');
    return true;
  } catch {
    return false;
  }
}
