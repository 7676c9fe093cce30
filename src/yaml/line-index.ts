import type { Position } from '../errors.ts';
import { isSecretName } from '../secret.ts';

/** Offsets of a text as lines and columns, and its lines as they may be shown. */
export interface LineIndex {
  position(offset: number): Position;
  /** The source line at a position: long ones cut, secrets hidden. */
  excerpt(position: Position): string;
}

/** A part of the text that must not be shown, as offsets. */
export type HiddenRange = readonly [start: number, end: number];

const longest = 160;
const before = 40;
const hidden = '(secret)';
const urlPassword = /([a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s/@]+@/gi;
const member = /(["']?)([A-Za-z_][\w.-]*)\1(\s*:\s+)(?!\{|\$\{|[|>&*!]?[-+]?\s*$)([^,}#\s][^,}]*)/g;

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
      return cutLine(hideSecrets(text.slice(start, end).replace(/\r$/, ''), start, hide), column);
    },
  };
}

/** Where the caret under an excerpt belongs, counted from 0; undefined where the excerpt does not show that column. */
export function caretOffset(excerpt: string, column: number): number | undefined {
  const offset = excerpt.startsWith('…') && column > before + 1 ? before + 1 : column - 1;
  return offset <= excerpt.length ? offset : undefined;
}

function cutLine(line: string, column: number): string {
  if (line.length <= longest) return line;
  const start = column <= longest - before ? 0 : column - 1 - before;
  const rest = line.slice(start, start + longest);
  return `${start === 0 ? '' : '…'}${rest}${start + longest < line.length ? '…' : ''}`;
}

function hideSecrets(line: string, start: number, hide: readonly HiddenRange[]): string {
  let shown = line;
  for (const [from, to] of [...hide].sort((one, other) => other[0] - one[0])) {
    const first = Math.max(from - start, 0);
    const last = Math.min(to - start, line.length);
    if (first < last) shown = shown.slice(0, first) + hidden + shown.slice(last);
  }
  return shown
    .replace(urlPassword, `$1:${hidden}@`)
    .replace(member, (all: string, quote: string, name: string, colon: string) =>
      isSecretName(name) ? `${quote}${name}${quote}${colon}${hidden}` : all,
    );
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
