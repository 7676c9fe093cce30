import { equalJson, isObject, type Json } from '../../json.ts';
import { displayWidth } from '../../text/display-width.ts';
import type { Paint } from '../../text/paint.ts';
import { printable } from '../../text/printable.ts';
import { hangText } from '../../text/wrap-text.ts';
import type { FieldChange } from '../plan.ts';
import { diffJson, type PathChange } from './render-json-diff.ts';
import { renderLineDiff } from './render-line-diff.ts';
import { formatValue, maskField } from './render-value.ts';

interface ShownChange extends PathChange {
  /** Both sides are masked alike: only that it changed can be said. */
  readonly hidden?: true;
}

interface FieldOptions {
  readonly paint: Paint;
  readonly width: number;
}

const shownPaths = 40;
const reasons = { changed: '', drifted: 'drifted', resolved: 'found now' } as const;

/** One changed value, before and after: in one line where it fits, as a line diff, or as the changed paths of a jsonb value. */
export function renderField(change: FieldChange, options: FieldOptions): string[] {
  const before = maskField(change.field, change.before);
  const after = maskField(change.field, change.after);
  const suffix = suffixOf([reasons[change.why]]);
  const name = printable(change.field);
  if (!isStructure(before) && !isStructure(after)) {
    const told = suffixOf([reasons[change.why], equalJson(before, after) ? 'changed' : '']);
    return renderPair(name, before, after, told, options) ?? renderLong(name, before, after, told, options);
  }
  const paths = withHidden(diffSides(before, after), diffSides(change.before, change.after));
  if (paths.length === 0 || (paths.length === 1 && paths[0]?.path === '')) {
    return renderPair(name, before, after, suffix, options) ?? renderLong(name, before, after, suffix, options);
  }
  return [name + options.paint.dim(suffix), ...renderPaths(paths, options)];
}

/** A value that appears or goes as a whole is shown by what is in it. */
function diffSides(before: Json, after: Json): PathChange[] {
  return diffJson(before === null && isObject(after) ? {} : before, after === null && isObject(before) ? {} : after);
}

/** Adds the places whose values differ but look alike, because both are masked. */
function withHidden(shown: readonly PathChange[], all: readonly PathChange[]): ShownChange[] {
  const byPath = new Map(shown.map((change) => [change.path, change]));
  const known = new Set(all.map(({ path }) => path));
  const hidden = (change: PathChange): ShownChange => ({ ...change, hidden: true });
  return [
    ...all.map((change) => byPath.get(change.path) ?? hidden(change)),
    ...shown.filter(({ path }) => !known.has(path)),
  ];
}

function renderPaths(paths: readonly ShownChange[], options: FieldOptions): string[] {
  const inner = { ...options, width: options.width - 2 };
  const lines = paths.slice(0, shownPaths).flatMap((path) => renderPath(path, inner));
  const hidden = paths.length - shownPaths;
  const more = hidden > 0 ? [options.paint.dim(`… ${hidden} more changed values; --output json shows them all`)] : [];
  return [...lines, ...more].map((line) => `  ${line}`);
}

function renderPath({ path, before, after, hidden }: ShownChange, options: FieldOptions): string[] {
  const { paint, width } = options;
  const name = printable(path);
  if (hidden === true) return [`${name}  ${paint.yellow('(secret) changed')}`];
  if (before === undefined) return hangText(`+ ${name}: `, formatValue(after), width).map(paint.green);
  if (after === undefined) return hangText(`- ${name}: `, formatValue(before), width).map(paint.red);
  return renderPair(name, before, after, '', options) ?? renderLong(name, before, after, '', options);
}

/** `name  before → after`, or null where that takes more than one line. */
function renderPair(
  name: string,
  before: Json,
  after: Json,
  suffix: string,
  { paint, width }: FieldOptions,
): string[] | null {
  if ([before, after].some((value) => isText(value) && isLong(value))) return null;
  const from = formatValue(before);
  const to = formatValue(after);
  if (displayWidth(`${name}  ${from} → ${to}${suffix}`) > width) return null;
  return [`${name}  ${paint.red(from)} → ${paint.green(to)}${paint.dim(suffix)}`];
}

function renderLong(name: string, before: Json, after: Json, suffix: string, options: FieldOptions): string[] {
  const { paint } = options;
  const width = options.width - 2;
  const both = (isText(before) || before === null) && (isText(after) || after === null);
  const lines =
    both && (isLong(before ?? '') || isLong(after ?? ''))
      ? renderLineDiff(textOf(before), textOf(after), { paint, width })
      : [
          ...hangText('- ', formatValue(before), width).map(paint.red),
          ...hangText('+ ', formatValue(after), width).map(paint.green),
        ];
  return [name + paint.dim(suffix), ...lines.map((line) => `  ${line}`)];
}

function suffixOf(notes: readonly string[]): string {
  const some = notes.filter((note) => note !== '');
  return some.length === 0 ? '' : ` (${some.join(', ')})`;
}

function isStructure(value: Json): boolean {
  return isObject(value) || Array.isArray(value);
}

function isText(value: Json): value is string {
  return typeof value === 'string';
}

/** More than one line: only a line diff shows what changed in it. */
function isLong(text: string): boolean {
  return text.trimEnd().includes('\n');
}

function textOf(value: Json): string | null {
  return typeof value === 'string' ? value : null;
}
