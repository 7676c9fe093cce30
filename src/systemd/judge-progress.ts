import type { Config } from '../config/config.ts';
import type { DaemonState } from '../daemon/daemon-state.ts';
import type { ProgressStep } from '../progress.ts';
import { formatDuration } from '../text/format-duration.ts';
import type { Pulse } from './feel-pulse.ts';

/** For what has no deadline of its own: reading, planning, statements, deleting old versions. */
const baseMs = 10 * 60_000;
/** Ways to fetch one commit, each with the deadline of git, and the wait for the mirror. */
const fetches = 5;
/** Commands that build one environment, each with a deadline of its own. */
const commands = 4;
/** A pack says how long its tests may take; more than this is refused. */
const testsMs = 24 * 60 * 60_000;

/**
 * Why a daemon's loop counts as stuck, without a full stop; null while it goes on. A pass is stuck where nothing of it
 * began or ended for longer than its slowest step may take; between passes, where the next one does not come.
 */
export function judgeProgress(
  state: Pick<DaemonState, 'role' | 'pass' | 'nextLookAt'>,
  pulse: ReturnType<Pulse['read']>,
  { config, now }: { readonly config: Config; readonly now: Date },
): string | null {
  if (state.role === 'standby') return null;
  if (state.pass !== null) {
    const allowedMs = Math.max(baseMs, ...pulse.steps.map((step) => deadlineMs(step, config)));
    if (pulse.silentMs <= allowedMs) return null;
    const where = pulse.steps.length === 0 ? '' : ` (${pulse.steps.join(', ')})`;
    return `the pass in hand has not moved for ${formatDuration(pulse.silentMs)}${where}`;
  }
  const overdueMs = state.nextLookAt === null ? 0 : now.getTime() - state.nextLookAt.getTime();
  if (overdueMs <= baseMs || pulse.silentMs <= baseMs) return null;
  return `the next pass has been due for ${formatDuration(overdueMs)}`;
}

function deadlineMs(step: ProgressStep, { git, environments }: Config): number {
  if (step === 'fetch') return baseMs + fetches * git.timeoutMs;
  if (step === 'environment') return baseMs + commands * environments.timeoutMs;
  return step === 'tests' ? baseMs + testsMs : baseMs;
}
