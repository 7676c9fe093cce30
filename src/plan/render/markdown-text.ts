import { printable } from '../../text/printable.ts';

/**
 * Text that others wrote stands in Markdown only inside code: there neither Markdown nor HTML, no mention, no reference
 * and no address means anything, on GitHub and on GitLab. Each of these functions gives such a place.
 */

/** Characters of a text in a line of a table or a list; what is cut stands whole in the details. */
const shownCharacters = 300;

/** In a line. A bar would end the cell of a table, whatever stands before it. */
export function codeSpan(text: string): string {
  const shown = shorten(printable(text).replaceAll('|', '¦')).trim();
  if (shown === '') return '';
  const ticks = '`'.repeat(longestRun(shown) + 1);
  const pad = shown.startsWith('`') || shown.endsWith('`') ? ' ' : '';
  return `${ticks}${pad}${shown}${pad}${ticks}`;
}

/** In a line of HTML, where Markdown is not looked for. */
export function codeElement(text: string): string {
  const shown = shorten(printable(text))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
  return `<code>${shown}</code>`;
}

/** Lines as a block; no line of theirs can end it. */
export function fence(lines: readonly string[], language: 'diff' | 'text'): string {
  const shown = lines.map(printable);
  const ticks = '`'.repeat(Math.max(3, ...shown.map((line) => longestRun(line) + 1)));
  return [`${ticks}${language}`, ...shown, ticks].join('\n');
}

function shorten(text: string): string {
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
