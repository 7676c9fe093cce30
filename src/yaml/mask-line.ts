import { isSecretName } from '../secret.ts';

/** A part of a text that must not be shown, as offsets. */
export type HiddenRange = readonly [start: number, end: number];

const mask = '(secret)';
const urlCredentials = /(https?:\/\/(?=[^\s/@]+@)|[a-z][a-z0-9+.-]*:\/\/(?=[^\s/@:]*:[^\s/@]*@))([^\s/@]+)@/gi;
/** `name: value`, with the quotes of the value, but neither a block or flow value, an alias, nor a variable. */
const member =
  /(["']?)([A-Za-z_][\w.-]*)\1(\s*:\s+)(?!\{|\$\{|(["'])\$\{\w+\}\4\s*(?:[,}\]#]|$)|[|>&*!]?[-+]?\s*$)((?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')(?:[^,}]*[^,}\s])?|[^,}#\s][^,}]*)/g;

/**
 * A source line without its secrets: the given ranges, passwords in URLs, and what stands behind a secret's name
 * (where the YAML is broken, only the text can tell). What stands at `column` keeps its place in the line.
 */
export function maskLine(line: string, hide: readonly HiddenRange[], column: number): string {
  const ranges = [...hide, ...findCredentials(line), ...findMembers(line)]
    .map(([from, to]) => [Math.max(from, 0), Math.min(to, line.length)] as const)
    .sort((one, other) => one[0] - other[0] || other[1] - one[1]);
  let shown = '';
  let done = 0;
  for (const [from, to] of ranges) {
    const start = Math.max(from, done);
    if (to <= start) continue;
    const length = to - start;
    // Left of the column the width must stay; the column tells it anyway.
    const fitted = length < mask.length ? '*'.repeat(length) : mask.padEnd(length, '*');
    shown += line.slice(done, start) + (to < column ? fitted : mask);
    done = to;
  }
  return shown + line.slice(done);
}

function findCredentials(line: string): HiddenRange[] {
  return [...line.matchAll(urlCredentials)].map(({ index, 1: scheme = '', 2: credentials = '' }) => {
    const start = index + scheme.length;
    return [start, start + credentials.length];
  });
}

function findMembers(line: string): HiddenRange[] {
  return [...line.matchAll(member)]
    .filter(({ 2: name = '' }) => isSecretName(name))
    .map(({ 0: all, index, 5: value = '' }) => [index + all.length - value.length, index + all.length]);
}
