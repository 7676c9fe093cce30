import { runInNewContext } from 'node:vm';

export type Match = 'yes' | 'no' | 'invalid' | 'endless';

/** Characters; longer ones are nobody's wish. */
const longestPattern = 1000;
const deadlineMs = 1000;

/**
 * Whether a pattern that others wrote is found in a text. Backtracking can take for ever, which only V8 itself can end:
 * it does so for what runs in a context of its own with a deadline. Pattern and text are data there, and nothing else is.
 * Attune reads patterns as Rust does: flags in front and names of groups are taken as they are written there.
 */
export function matchPattern(pattern: string, text: string): Match {
  if (pattern.length > longestPattern) return 'invalid';
  const [, flags = '', rest = ''] = /^(?:\(\?([imsu]+)\))?([\s\S]*)$/.exec(pattern) ?? [];
  const given = { source: rest.replaceAll('(?P<', '(?<'), flags: [...new Set(flags)].join(''), text };
  try {
    return runInNewContext('new RegExp(source, flags).test(text)', given, { timeout: deadlineMs }) === true
      ? 'yes'
      : 'no';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ERR_SCRIPT_EXECUTION_TIMEOUT' ? 'endless' : 'invalid';
  }
}
