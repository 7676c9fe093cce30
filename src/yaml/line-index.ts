import type { Position } from '../errors.ts';
import { type HiddenRange, maskLine } from './mask-line.ts';

/** Offsets of a text as lines and columns, and its lines as they may be shown. */
export interface LineIndex {
  position(offset: number): Position;
  /** The source line at a position: long ones cut, secrets hidden. */
  excerpt(position: Position): string;
}

const longest = 160;
const before = 40;
const readable = 4000;

/** `hide` are parts of the text that must not be shown. */
export function createLineIndex(text: string, file: string, hide: readonly HiddenRange[] = []): LineIndex {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);

  return {
    position(offset) {
      const line = lastNotAfter(starts, offset);
      return { file, line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
    },
    excerpt({ line = 1, column = 1 }) {
      const start = starts[line - 1];
      if (start === undefined) return '';
      const end = starts[line] === undefined ? text.length : starts[line] - 1;
      // No person reads such a line, and looking for secrets in it would take long.
      if (end - start > readable) return '';
      const shown = text.slice(start, end).replace(/\r$/, '');
      const here = hide
        .filter(([from, to]) => from < end && to > start)
        .map(([from, to]) => [from - start, to - start] as const);
      return cutLine(maskLine(shown, here, column), column);
    },
  };
}

/** Where the caret under an excerpt belongs, counted from 0; undefined where the excerpt does not show that column. */
export function caretOffset(excerpt: string, column: number): number | undefined {
  const offset = excerpt.startsWith('…') && column > longest - before ? before + 1 : column - 1;
  return offset <= excerpt.length ? offset : undefined;
}

function cutLine(line: string, column: number): string {
  if (line.length <= longest) return line;
  const start = column <= longest - before ? 0 : column - 1 - before;
  const rest = line.slice(start, start + longest);
  return `${start === 0 ? '' : '…'}${rest}${start + longest < line.length ? '…' : ''}`;
}

function lastNotAfter(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
