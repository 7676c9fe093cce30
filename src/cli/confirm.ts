import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';
import type { ErrorOutput } from './output.ts';

/**
 * Asks on standard error and reads one line: yes is `y` or `yes`, everything else is no, and so is an end of
 * input or an interrupt.
 */
export async function confirm(
  question: string,
  options: { input: Readable; output: ErrorOutput; signal: AbortSignal },
): Promise<boolean> {
  const { input, output, signal } = options;
  if (signal.aborted) return false;
  output.write(`${question} [y/N] `);
  const lines = createInterface({ input, terminal: false });
  const answered = new AbortController();
  try {
    const answer = await new Promise<string>((resolve) => {
      lines.once('line', resolve);
      lines.once('close', () => resolve(''));
      signal.addEventListener('abort', () => resolve(''), { signal: answered.signal });
    });
    return /^\s*y(es)?\s*$/i.test(answer);
  } finally {
    answered.abort();
    lines.close();
    output.lineEnded();
  }
}
