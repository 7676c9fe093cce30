import { dirname, relative } from 'node:path';
import type { Position, Problem } from '../errors.ts';
import { displayWidth } from '../text/display-width.ts';
import { createPaint, type Paint } from '../text/paint.ts';
import { printable } from '../text/printable.ts';
import { cutText, isQuoted } from '../text/quote-output.ts';
import { hangText, wrapText } from '../text/wrap-text.ts';
import { caretOffset } from '../yaml/line-index.ts';
import { orderProblems } from './order-problems.ts';

interface Options {
  readonly color: boolean;
  /** Paths below it are shown relative to it. */
  readonly base?: string;
  /** Of a terminal: sentences and hints are wrapped, output is cut. Without it neither is. */
  readonly columns?: number;
}

/**
 * Problems for people, as compilers show them: place and sentence, the source line with a caret, what to do.
 * Ordered by file and line, the totals last; the empty text where there is none.
 */
export function renderProblems(problems: readonly Problem[], options: Options): string {
  if (problems.length === 0) return '';
  const paint = createPaint(options.color);
  const blocks = orderProblems(problems).map((one) => renderProblem(one, paint, options));
  return `${joinBlocks(blocks)}\n\n${renderTotal(problems)}\n`;
}

/** A blank line sets off what takes several lines; sentences of one line are a list. */
function joinBlocks(blocks: readonly string[]): string {
  return blocks.reduce((text, block, index) => {
    const isList = !block.includes('\n') && blocks[index - 1]?.includes('\n') === false;
    return `${text}${isList ? '\n' : '\n\n'}${block}`;
  });
}

function renderProblem(
  { severity, code, message, hint, where, excerpt }: Problem,
  paint: Paint,
  { base, columns }: Pick<Options, 'base' | 'columns'>,
): string {
  const place = where === undefined ? '' : `${printable(renderPlace(where, base))} `;
  const colour = severity === 'error' ? paint.red : paint.yellow;
  // Before the code a full stop only disturbs.
  const sentence = printable(shortenPaths(message, base)).replace(/(?<=[^.])\.$/, '');
  const label = `${place}${severity}  `;
  const painted = `${place === '' ? '' : `${paint.bold(place.trimEnd())} `}${colour(severity)}  `;
  const wrapped = hang(label, painted, `${sentence} [${code}]`, columns, 4);
  const lines = wrapped.map((line, index) =>
    index === wrapped.length - 1 && line.endsWith(`[${code}]`)
      ? `${line.slice(0, -code.length - 2)}${paint.dim(`[${code}]`)}`
      : line,
  );
  if (excerpt !== undefined && where?.line !== undefined) lines.push(...renderExcerpt(excerpt, where, paint));
  if (hint !== undefined) lines.push(...renderHint(shortenPaths(hint, base), paint, columns));
  return lines.join('\n');
}

/** It can hold lines that a command wrote. */
function renderHint(hint: string, paint: Paint, columns?: number): readonly string[] {
  return hint.split('\n').flatMap((text, index) => {
    const line = printable(text);
    const label = index === 0 ? '  hint  ' : '        ';
    const painted = index === 0 ? `  ${paint.cyan('hint')}  ` : label;
    if (!isQuoted(line)) return hang(label, painted, line, columns, label.length);
    return [painted + cutText(line, (columns ?? Number.POSITIVE_INFINITY) - label.length)];
  });
}

const fewestColumns = 24;

/** @param painted the label as it is shown */
function hang(label: string, painted: string, text: string, columns: number | undefined, depth: number): string[] {
  if (columns === undefined || displayWidth(label) + displayWidth(text) <= columns) return [painted + text];
  const width = Math.max(columns, fewestColumns);
  if (displayWidth(label) >= width)
    return [painted.trimEnd(), ...wrapText(text, width - depth).map((line) => ' '.repeat(depth) + line)];
  const [first = '', ...others] = hangText(label, text, width, depth);
  const isWhole = first.startsWith(label);
  return [isWhole ? painted + first.slice(label.length) : painted.trimEnd(), ...others];
}

/** `desired/jira.yaml:7:11`; a file outside the base keeps its whole path. */
export function renderPlace({ file, line, column }: Position, base?: string): string {
  const short = base === undefined || !file.startsWith('/') ? file : relative(base, file);
  const shown = short === '' || short === '..' || short.startsWith('../../') ? file : short;
  return [shown, line, column].filter((part) => part !== undefined).join(':');
}

/** A file that a sentence names is shown as the place before it is; a path within a URL stays. */
function shortenPaths(message: string, base?: string): string {
  if (base === undefined) return message;
  const near = dirname(base) === '/' ? `${base}/` : `${dirname(base)}/`;
  return message.replaceAll(/(?<![^\s"'(])\/[^\s"']+/g, (path) =>
    path.startsWith(near) ? renderPlace({ file: path }, base) : path,
  );
}

function renderExcerpt(excerpt: string, { line = 1, column }: Position, paint: Paint): string[] {
  if (excerpt.trim() === '') return [];
  const gutter = ` ${line} | `;
  const lines = [`${paint.dim(gutter)}${printable(excerpt)}`];
  const offset = column === undefined ? undefined : caretOffset(excerpt, column);
  if (offset !== undefined) {
    const before = displayWidth(printable(excerpt.slice(0, offset)));
    lines.push(`${' '.repeat(gutter.length - 2)}${paint.dim('|')} ${' '.repeat(before)}${paint.red('^')}`);
  }
  return lines;
}

function renderTotal(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.length - errors;
  const parts = [count(errors, 'error'), count(warnings, 'warning')].filter((part) => part !== '');
  return parts.join(', ');
}

function count(number: number, noun: string): string {
  if (number === 0) return '';
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
