import type { JsonObject } from '../json.ts';
import { formatTime } from '../text/format-time.ts';
import { createPaint, type Paint } from '../text/paint.ts';
import { type Cell, renderTable } from '../text/render-table.ts';
import type { HistoryRow } from './queries/read-history.ts';

const columns = [
  { header: 'WHEN' },
  { header: 'PACK', wrapTo: 20 },
  { header: 'ACTION' },
  { header: 'FROM → TO', wrapTo: 14 },
  { header: 'OUTCOME' },
  { header: 'WHO', wrapTo: 14 },
  { header: 'WHY', wrapTo: 16 },
];

/** A line a change; a run that changed nothing stands for itself. */
export function renderHistoryText(rows: readonly HistoryRow[], options: { color: boolean; width: number }): string {
  if (rows.length === 0) return 'Nothing was recorded.\n';
  const paint = createPaint(options.color);
  const lines = renderTable(
    columns,
    rows.map((row) => cells(row, paint)),
    { width: options.width, headerPaint: paint.dim },
  );
  return `${lines.join('\n')}\n`;
}

/** The same with whole commits and times as ISO 8601. */
export function renderHistoryJson(rows: readonly HistoryRow[]): JsonObject {
  return JSON.parse(JSON.stringify({ formatVersion: 1, changes: rows })) as JsonObject;
}

function cells(row: HistoryRow, paint: Paint): Cell[] {
  const { outcome } = row;
  const colour = outcome === 'applied' ? paint.green : outcome === 'unchanged' ? paint.dim : paint.red;
  return [
    { text: formatTime(row.ended) },
    { text: row.pack ?? '(all)', paint: paint.bold },
    { text: row.action ?? '-' },
    { text: versions(row) },
    { text: outcome, paint: colour },
    { text: `${row.who}, ${row.cause}` },
    { text: [row.reason, outcome === 'applied' ? null : row.message].filter((text) => text !== null).join(': ') },
  ];
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
