import { characterWidth, displayWidth } from './display-width.ts';

const mark = '| ';

/** Lines that a command wrote, set off from a sentence of ours before or behind them. */
export function quoteOutput(lines: string): string {
  return lines
    .split('\n')
    .map((line) => mark + line)
    .join('\n');
}

/** Whether `quoteOutput` set the line off. */
export function isQuoted(line: string): boolean {
  return line.startsWith(mark);
}

/** The text in at most `width` columns; that something is left out shows. */
export function cutText(text: string, width: number): string {
  if (text.length <= width / 2 || displayWidth(text) <= width) return text;
  let cut = '';
  let used = 1;
  for (const character of text) {
    used += characterWidth(character);
    if (used > width) break;
    cut += character;
  }
  return `${cut}…`;
}

/** Shorter lines differ in what matters, a number above all. */
const leastAlike = 100;

/** Of lines in a row that look alike, numbers apart where they are long, the first, and how many there were. */
export function gatherAlike(lines: readonly string[]): readonly string[] {
  const groups: { readonly line: string; readonly look: string; count: number }[] = [];
  for (const line of lines) {
    const look = line.length < leastAlike ? line : line.replaceAll(/0x[0-9a-f]+|\d+/gi, '0');
    const last = groups.at(-1);
    if (last?.look === look) last.count += 1;
    else groups.push({ line, look, count: 1 });
  }
  return groups.map(({ line, count }) => (count === 1 ? line : `${line} (${count} times)`));
}
