/** What a terminal does with a line that is too wide: a person may just have made it narrower, and nobody knows yet. */
const [cutLines, wrapLines] = ['\u001b[?7l', '\u001b[?7h'];

/**
 * Puts lines below the cursor and the cursor back before the first of them. Whatever the terminal makes of them when a
 * person changes its width, they are all that is behind the cursor: nothing need be counted to clear them.
 */
export function drawBelow(lines: readonly string[]): string {
  const up = lines.length > 1 ? `\u001b[${lines.length - 1}A` : '';
  return `${cutLines}\r${lines.map((line) => `${line}\u001b[K`).join('\r\n')}\u001b[J${up}\r${wrapLines}`;
}

/** Takes off all that stands behind the cursor's line, and that line. */
export const clearBelow = '\r\u001b[J';
