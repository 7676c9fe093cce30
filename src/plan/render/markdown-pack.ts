import { createPaint } from '../../text/paint.ts';
import type { ComponentChange, PackChange } from '../plan.ts';
import { codeElement, fence } from './markdown-text.ts';
import { renderPackChange } from './render-pack-change.ts';
import { signOf } from './render-sign.ts';

/** Columns of a block of code that a pull request shows without a scroll bar. */
export const blockWidth = 100;

/** One pack's change, folded: what happens in a line, and below it the text that `plan` shows, coloured as a diff. */
export function renderPackMarkdown(change: PackChange): string {
  const [head = '', ...body] = renderPackChange(change, { paint: createPaint(false), width: blockWidth });
  const lines = [head, ...body.map((line) => line.replace(/^ {4}/, ''))];
  const title = `${codeElement(`${signOf(change)} ${change.ref}`)} ${change.action}${countRows(change)}`;
  return [`<details><summary>${title}</summary>`, '', fence(lines.map(toDiff), 'diff'), '', '</details>'].join('\n');
}

const words: readonly (readonly [ComponentChange['op'], string])[] = [
  ['create', 'created'],
  ['update', 'changed'],
  ['delete', 'deleted'],
];

function countRows({ components, blocks }: PackChange): string {
  const counted = words.flatMap(([op, word]) => {
    const { length } = components.filter((component) => component.op === op);
    return length === 0 ? [] : [`${length} ${word}`];
  });
  return `${blocks.length > 0 ? ' (blocked)' : ''}${counted.length === 0 ? '' : `: ${counted.join(', ')}`}`;
}

/** A diff is coloured by what stands in the first column, and knows no sign for what changes in its place but `!`. */
function toDiff(line: string): string {
  return line.replace(/^( *)([+~-]) /, (_, indent: string, sign: string) => `${sign === '~' ? '!' : sign}${indent} `);
}
