import { displayWidth, padToWidth } from './display-width.ts';
import type { Colour } from './paint.ts';
import { printable } from './printable.ts';
import { wrapText } from './wrap-text.ts';

export interface Cell {
  readonly text: string;
  /** Applied after fitting, so that colours never count as width. */
  readonly paint?: Colour;
}

export interface TableColumn {
  readonly header: string;
  /** May be wrapped down to this many columns where the terminal is narrow; without it, it is never wrapped. */
  readonly wrapTo?: number;
}

export interface TableOptions {
  /** Columns of the terminal; Infinity where there is none. */
  readonly width: number;
  readonly headerPaint?: Colour;
  /** How many columns may stand in the first line of a block, as far as they fit; the first with a header where not given. */
  readonly titleColumns?: number;
}

const gap = '  ';
/** What a cell without a value says; a block leaves it out. */
const nothing = '-';

/**
 * Rows under headers, every column as wide as its longest text. Where that is too wide the wrappable columns wrap;
 * where even that does not fit, each row becomes a short block of lines. Nothing is cut off. Columns that are
 * empty in every row are left out.
 */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly Cell[])[],
  options: TableOptions,
): string[] {
  const used = columns.map((_, index) => index).filter((index) => rows.some((row) => (row[index]?.text ?? '') !== ''));
  const shown = used.map((index) => columns[index] ?? { header: '' });
  const cells = rows.map((row) => used.map((index) => clean(row[index])));
  const natural = shown.map((column, index) =>
    Math.max(displayWidth(column.header), ...cells.map((row) => displayWidth(row[index]?.text ?? ''))),
  );
  const widths = fitWidths(shown, natural, options.width);
  if (widths === null) return cells.flatMap((row) => renderBlock(shown, row, options));
  const header = shown.map(({ header: text }) => ({
    text,
    ...(options.headerPaint ? { paint: options.headerPaint } : {}),
  }));
  return [header, ...cells].flatMap((row) => renderRow(row, widths));
}

function clean(cell: Cell | undefined): Cell {
  return cell === undefined ? { text: '' } : { ...cell, text: printable(cell.text) };
}

/** Takes from the widest wrappable column until the table fits; null where it cannot. */
function fitWidths(columns: readonly TableColumn[], natural: readonly number[], width: number): number[] | null {
  const widths = [...natural];
  const least = columns.map((column, index) => Math.min(column.wrapTo ?? Infinity, natural[index] ?? 0));
  let excess = sum(widths) + gap.length * (columns.length - 1) - width;
  while (excess > 0) {
    const spare = widths.map((value, index) => value - (least[index] ?? 0));
    const candidates = widths.map((value, index) => ((spare[index] ?? 0) > 0 ? value : -1));
    const widest = candidates.indexOf(Math.max(...candidates));
    if ((candidates[widest] ?? -1) < 0) return null;
    const taken = Math.min(excess, spare[widest] ?? 0);
    widths[widest] = (widths[widest] ?? 0) - taken;
    excess -= taken;
  }
  return widths;
}

function renderRow(row: readonly Cell[], widths: readonly number[]): string[] {
  const wrapped = row.map((cell, index) => wrapText(cell.text, widths[index] ?? 0));
  const height = Math.max(1, ...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => {
    const texts = row.map((cell, index) => {
      const text = wrapped[index]?.[line] ?? '';
      const painted = text === '' || cell.paint === undefined ? text : cell.paint(text);
      return painted + ' '.repeat(Math.max(0, (widths[index] ?? 0) - displayWidth(text)));
    });
    return texts.join(gap).trimEnd();
  });
}

/** The first line holds what names the row: all cells without a header, and one or more with one. The others follow labelled. */
function renderBlock(columns: readonly TableColumn[], row: readonly Cell[], options: TableOptions): string[] {
  const named = countTitle(columns, row, options);
  const label = Math.max(...columns.map(({ header }) => displayWidth(header)));
  const show = (cell: Cell, text = cell.text) => (cell.paint === undefined ? text : cell.paint(text));
  const title = titleOf(row, named)
    .map((cell) => show(cell))
    .join(' ');
  const others = row.slice(named).flatMap((cell, index) => {
    if (cell.text === '' || cell.text === nothing) return [];
    const header = padToWidth(columns[named + index]?.header ?? '', label);
    const lines = wrapText(cell.text, Math.max(options.width - label - 4, 12));
    return lines.map(
      (line, count) =>
        `  ${count === 0 ? (options.headerPaint?.(header) ?? header) : ' '.repeat(label)}  ${show(cell, line)}`,
    );
  });
  return [title, ...others];
}

function countTitle(columns: readonly TableColumn[], row: readonly Cell[], options: TableOptions): number {
  const least = columns.findIndex(({ header }) => header !== '') + 1;
  const widthOf = (count: number) =>
    displayWidth(
      titleOf(row, count)
        .map(({ text }) => text)
        .join(' '),
    );
  let count = least;
  while (count < (options.titleColumns ?? least) && widthOf(count + 1) <= options.width) count += 1;
  return count;
}

function titleOf(row: readonly Cell[], count: number): readonly Cell[] {
  return row.slice(0, count).filter(({ text }, index) => text !== '' && (index === 0 || text !== nothing));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
