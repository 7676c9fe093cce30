import type { JsonObject } from '../json.ts';
import { formatTime } from '../text/format-time.ts';
import { createPaint, type Paint } from '../text/paint.ts';
import { type Cell, renderTable } from '../text/render-table.ts';
import type { HistoryRow } from './queries/read-history.ts';
import { allPacks } from './suspensions/write-suspensions.ts';

const columns = [
  { header: 'WHEN' },
  { header: 'PACK', wrapTo: 20 },
  { header: 'ACTION' },
  { header: 'FROM → TO', wrapTo: 14 },
  { header: 'OUTCOME' },
  { header: 'WHO', wrapTo: 20 },
  { header: 'WHY', wrapTo: 30 },
];
/** What happened to what: in the first line of a block. */
const titleColumns = 5;
/** Where nothing wraps, more of a reason would only be scrolled past; JSON holds all of it. */
const longestWhy = 100;

/**
 * A line a change, or a block where the terminal is narrow; a run that changed nothing stands for itself. Where there is
 * no width to wrap at, reasons are cut.
 */
export function renderHistoryText(rows: readonly HistoryRow[], options: { color: boolean; width: number }): string {
  if (rows.length === 0) return 'Nothing was recorded.\n';
  const paint = createPaint(options.color);
  const lines = renderTable(
    columns,
    rows.map((row) => cells(row, paint, options.width === Number.POSITIVE_INFINITY)),
    { width: options.width, headerPaint: paint.dim, titleColumns },
  );
  return `${lines.join('\n')}\n`;
}

/** The same with whole commits and times as ISO 8601. */
export function renderHistoryJson(rows: readonly HistoryRow[]): JsonObject {
  return JSON.parse(JSON.stringify({ formatVersion: 1, changes: rows })) as JsonObject;
}

function cells(row: HistoryRow, paint: Paint, isCut: boolean): Cell[] {
  const { outcome } = row;
  const colour = outcome === 'applied' ? paint.green : outcome === 'unchanged' ? paint.dim : paint.red;
  return [
    { text: formatTime(row.ended) },
    { text: row.pack === null || row.pack === allPacks ? '(all)' : row.pack, paint: paint.bold },
    { text: row.action ?? '-' },
    { text: versions(row) },
    { text: outcome, paint: colour },
    { text: `${row.who}, ${row.cause}` },
    { text: isCut ? cutText(why(row), longestWhy) : why(row) },
  ];
}

/** Without what the other columns say already, and what it says twice; commits and digests short. */
function why({ reason, message, outcome, fromVersion, toVersion }: HistoryRow): string {
  const step = `${fromVersion} → ${toVersion}`;
  const own =
    reason?.startsWith(step) === true ? reason.slice(step.length).replace(/^, /, '') || 'version changed' : reason;
  const said = outcome === 'applied' ? [] : [...new Set((message ?? '').split('; '))];
  const isSaid = own !== null && (said[0] === own || said[0]?.startsWith(`${own} `) === true);
  const parts = [
    isSaid ? '' : (own?.replace(` from ${fromVersion} to ${toVersion}`, '') ?? ''),
    said.join('; '),
  ].filter((part) => part !== '');
  return parts.join(': ').replaceAll(/\b([0-9a-f]{7})[0-9a-f]{33}\b|\b([0-9a-f]{12})[0-9a-f]{52}\b/g, '$1$2');
}

function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length).replace(/[\s,;:]*\S*$/, '')}…`;
}

/** Commits only where the versions do not tell the two apart. */
function versions({ fromVersion, fromCommit, toVersion, toCommit }: HistoryRow): string {
  const isSame = fromVersion === toVersion && fromCommit !== toCommit;
  const name = (version: string | null, commit: string | null) =>
    version === null ? '-' : isSame && commit !== null ? `${version} (${commit.slice(0, 7)})` : version;
  if (fromVersion === null && toVersion === null) return '-';
  if (fromVersion === toVersion && !isSame) return name(toVersion, toCommit);
  return `${name(fromVersion, fromCommit)} → ${name(toVersion, toCommit)}`;
}
