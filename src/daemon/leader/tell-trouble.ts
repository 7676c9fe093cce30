import type { Problem } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { formatDuration } from '../../text/format-duration.ts';

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
      const texts = problems.map(({ message, hint, code }) => `${stopped(message)}${more(hint)} [${code}]`);
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

function more(hint: string | undefined): string {
  return hint === undefined ? '' : ` ${stopped(hint.replaceAll('\n', ' | '))}`;
}

function stopped(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
