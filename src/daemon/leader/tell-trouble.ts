import type { Problem } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { formatDuration } from '../../text/format-duration.ts';
import { sayProblem } from '../say-problem.ts';

/** Tells what keeps a daemon from standing for election. */
export interface TroubleLog {
  tell(problems: readonly Problem[], retryMs: number): void;
  /** It stands again. */
  over(): void;
}

/** The same trouble is an error once, and for debugging from then on. */
export function createTroubleLog(log: Logger): TroubleLog {
  let told = '';
  return {
    tell(problems, retryMs) {
      const texts = problems.map(sayProblem);
      const level = texts.join('\n') === told ? 'debug' : 'error';
      for (const text of texts) log[level](`${text} It is tried again in ${formatDuration(retryMs)}.`);
      told = texts.join('\n');
    },
    over() {
      if (told !== '') log.info('The database is there again.');
      told = '';
    },
  };
}
