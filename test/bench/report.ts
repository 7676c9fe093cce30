import type { PassReport } from './children/run-passes.ts';
import { type Samples, summarise } from './measure.ts';

export type Unit = 'ms' | 'MB' | 'components/s';

/** What one line of the table says. */
export interface Row {
  readonly what: string;
  readonly unit: Unit;
  readonly ours: Samples;
  /** The same work by something that does nothing else; null where there is no such thing. */
  readonly floor: { readonly what: string; readonly samples: Samples } | null;
  /** What is aimed at, as people would say it. */
  readonly aim?: string;
  /** Said below the table, under this line's number. */
  readonly notes?: readonly string[];
}

/** The table as Markdown, which is readable as it is, and its notes. The ratio is ours ÷ floor. */
export function renderReport(machine: string, rows: readonly Row[]): string {
  const cells = [headings, ...rows.map((row, index) => cellsOf(row, index + 1))];
  const widths = headings.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  const lines = cells.map((line) => `| ${line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`);
  lines.splice(1, 0, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`);
  const notes = rows.flatMap(({ notes = [] }, index) => notes.map((note) => `- ${index + 1}: ${note}`));
  return `${[machine, '', ...lines, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n')}\n`;
}

/** How long each step of a pass took, for a note. */
export function renderSteps({ steps }: Pick<PassReport, 'steps'>): string {
  return Object.entries(steps)
    .map(([step, ms]) => `${step} ${Math.round(ms)}`)
    .join(', ');
}

const headings = ['', 'measured', 'ours: median (min–max)', 'floor', 'floor: median (min–max)', 'ratio', 'aim'];

function cellsOf({ what, unit, ours, floor, aim = '' }: Row, number: number): string[] {
  const own = [`${number}`, what, renderSamples(ours, unit)];
  if (floor === null) return [...own, '', '', '', aim];
  const ratio = summarise(ours).median / summarise(floor.samples).median;
  return [...own, floor.what, renderSamples(floor.samples, unit), ratio.toFixed(2), aim];
}

function renderSamples(samples: Samples, unit: Unit): string {
  const { median, least, most } = summarise(samples);
  if (samples.length === 1) return `${renderNumber(median)} ${unit}`;
  return `${renderNumber(median)} (${renderNumber(least)}–${renderNumber(most)}) ${unit}`;
}

/** Three digits are more than a measurement on a shared machine is good for. */
function renderNumber(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en-GB');
  return value.toFixed(value >= 10 ? 1 : 2);
}
