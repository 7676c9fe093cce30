import type { Logger, LogLevel } from '../logger.ts';
import type { Progress } from '../progress.ts';
import type { ErrorOutput } from './output.ts';
import { drawSteps } from './progress/draw-steps.ts';
import { logSteps } from './progress/log-steps.ts';
import { tellLongSteps } from './progress/tell-long-steps.ts';
import { trackSteps } from './progress/track-steps.ts';

interface ProgressOptions {
  readonly output: ErrorOutput;
  readonly log: Logger;
  readonly logFormat: 'text' | 'json';
  readonly logLevel: LogLevel;
  /** Milliseconds of a clock that only goes forward. */
  readonly nowMs?: () => number;
}

/**
 * Shows what each pack is at: on a terminal as lines that are gone when it is over, elsewhere as log lines. `close`
 * clears what an error left behind.
 */
export function createProgress(options: ProgressOptions): Progress & { close(): void } {
  const { output, log, logFormat, logLevel, nowMs = () => performance.now() } = options;
  const isDrawn = output.canRedraw && logFormat === 'text';
  const logged = logSteps(log, { isDrawn, isDebugged: logLevel === 'debug' });
  const shown = isDrawn ? drawSteps(output, nowMs) : tellLongSteps(log, nowMs);
  return { ...trackSteps({ ...logged, changed: shown.changed }, nowMs), close: shown.close };
}
