import type { Problem } from '../errors.ts';
import { endSentence } from '../text/end-sentence.ts';
import { formatDuration } from '../text/format-duration.ts';

/** One line of a log, with the problem's code at its end. */
export function sayProblem({ code, message, hint }: Problem): string {
  // What a command said can be in it: a line of the log is one line.
  const more = hint === undefined ? '' : ` ${endSentence(hint.replaceAll('\n', ' | '))}`;
  return `${endSentence(message)}${more} [${code}]`;
}

/** A time ahead is a plan: tenths of a second say something only where it is short. */
export function roughly(ms: number): string {
  return ms >= 10_000 && ms < 59_500 ? `${Math.round(ms / 1000)} s` : formatDuration(ms);
}
