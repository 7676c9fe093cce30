import type { Paint } from '../../text/paint.ts';
import { printable } from '../../text/printable.ts';
import { hangText } from '../../text/wrap-text.ts';

interface DiffLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

const context = 2;
/** Comparing every line with every other is only worth it for texts a person reads. */
const comparisons = 1_000_000;
const shownLines = 60;

/** The lines that differ with two lines around them; `…` stands for lines that are equal, null for no text at all. */
export function renderLineDiff(
  before: string | null,
  after: string | null,
  options: { paint: Paint; width: number },
): string[] {
  const lines = diffLines(before?.split('\n') ?? [], after?.split('\n') ?? []);
  const near = lines.map((_, index) =>
    lines.slice(Math.max(0, index - context), index + context + 1).some(({ sign }) => sign !== ' '),
  );
  const shown = lines.flatMap((line, index): (DiffLine | null)[] => {
    if (near[index] === true) return [line];
    return index === 0 || near[index - 1] === true ? [null] : [];
  });
  const rendered = shown.slice(0, shownLines).flatMap((line) => renderLine(line, options));
  const hidden = shown.length - shownLines;
  if (hidden <= 0) return rendered;
  return [...rendered, options.paint.dim(`… ${hidden} more lines; --output json shows them all`)];
}

/** Null stands for lines that are equal. */
function renderLine(line: DiffLine | null, { paint, width }: { paint: Paint; width: number }): string[] {
  if (line === null) return [paint.dim('…')];
  const colour = line.sign === '+' ? paint.green : line.sign === '-' ? paint.red : paint.dim;
  return hangText(`${line.sign} `, printable(line.text), width).map(colour);
}

/** Shortest edit by the longest common subsequence, removed lines before added ones. */
export function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const same = (text: string): DiffLine => ({ sign: ' ', text });
  return [
    ...before.slice(0, start).map(same),
    ...diffMiddle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(same),
  ];
}

function diffMiddle(before: readonly string[], after: readonly string[]): DiffLine[] {
  const removed = (text: string): DiffLine => ({ sign: '-', text });
  const added = (text: string): DiffLine => ({ sign: '+', text });
  if (before.length * after.length > comparisons) return [...before.map(removed), ...after.map(added)];
  const common = commonLengths(before, after);
  const lines: DiffLine[] = [];
  let one = 0;
  let other = 0;
  while (one < before.length || other < after.length) {
    if (one < before.length && other < after.length && before[one] === after[other]) {
      lines.push({ sign: ' ', text: before[one] ?? '' });
      one += 1;
      other += 1;
    } else if (one < before.length && (common[one + 1]?.[other] ?? 0) >= (common[one]?.[other + 1] ?? 0)) {
      lines.push(removed(before[one] ?? ''));
      one += 1;
    } else {
      lines.push(added(after[other] ?? ''));
      other += 1;
    }
  }
  return lines;
}

/** `[i][j]`: how many lines `before` from i and `after` from j have in common, in order. */
function commonLengths(before: readonly string[], after: readonly string[]): Uint32Array[] {
  const lengths = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  for (let one = before.length - 1; one >= 0; one -= 1) {
    for (let other = after.length - 1; other >= 0; other -= 1) {
      const row = lengths[one];
      if (row === undefined) continue;
      row[other] =
        before[one] === after[other]
          ? (lengths[one + 1]?.[other + 1] ?? 0) + 1
          : Math.max(lengths[one + 1]?.[other] ?? 0, row[other + 1] ?? 0);
    }
  }
  return lengths;
}
