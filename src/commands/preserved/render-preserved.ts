import type { JsonObject } from '../../json.ts';
import { countOf } from '../../plan/render/render-summary.ts';
import { formatTime } from '../../text/format-time.ts';
import { createPaint } from '../../text/paint.ts';
import { printable } from '../../text/printable.ts';
import { renderTable } from '../../text/render-table.ts';
import type { ListedEntry } from './list-preserved.ts';
import { namePreserved } from './name-preserved.ts';
import type { PreservedEntry } from './read-preserved.ts';
import type { RestoredEntry } from './restore-preserved.ts';
import type { ShownEntry } from './show-preserved.ts';

interface TextOptions {
  readonly color: boolean;
  readonly width: number;
}

const columns = [
  { header: 'ID' },
  { header: 'PACK', wrapTo: 20 },
  { header: 'WHAT', wrapTo: 24 },
  { header: 'SINCE', wrapTo: 10 },
  { header: 'WHY', wrapTo: 16 },
  { header: 'WAITS FOR', wrapTo: 20 },
];

/** A table cut to `width`, then how many; times in UTC. */
export function renderPreservedListText(entries: readonly ListedEntry[], options: TextOptions): string {
  if (entries.length === 0) return 'Nothing is set aside.\n';
  const paint = createPaint(options.color);
  const rows = entries.map((entry) => [
    { text: entry.id },
    { text: entry.pack, paint: paint.bold },
    { text: namePreserved(entry) },
    { text: formatTime(entry.since) },
    { text: entry.reason },
    { text: entry.waits ?? 'nothing: it can be put back', paint: paint.dim },
  ]);
  const table = renderTable(columns, rows, { width: options.width, headerPaint: paint.dim, titleColumns: 3 });
  return [...table, '', `${countOf(entries.length, 'row')} set aside.`, ''].join('\n');
}

/** The same with times as ISO 8601, for whatever is listed, restored or dropped. */
export function renderPreservedJson(
  entries: readonly (PreservedEntry & { readonly waits?: string | null; readonly restored?: boolean })[],
): JsonObject {
  return { formatVersion: 1, preserved: entries.map(entryJson) };
}

/** One row with its value, secrets as digests. */
export function renderPreservedShowText(entry: ShownEntry): string {
  const lines = [
    `${entry.id}  ${namePreserved(entry)}`,
    `pack       ${entry.pack}`,
    `set aside  ${formatTime(entry.since)}: ${entry.reason}`,
    `waits for  ${entry.waits ?? 'nothing: it can be put back'}`,
    ...Object.entries(entry.links).map(([column, ref]) => `${column.padEnd(9)}  ${ref ?? '-'}`),
  ];
  const value = JSON.stringify(entry.value, null, 2);
  return `${lines.map((line) => printable(line)).join('\n')}\n\n${value}\n`;
}

/** The same for machines. */
export function renderPreservedShowJson(entry: ShownEntry): JsonObject {
  return { formatVersion: 1, ...entryJson(entry), value: entry.value };
}

/** What was put back, and what was not and why. */
export function renderRestoredText(entries: readonly RestoredEntry[]): string {
  if (entries.length === 0) return 'Nothing is set aside there.\n';
  const line = (entry: RestoredEntry) =>
    entry.restored
      ? `+ ${namePreserved(entry)} (${entry.id})`
      : `! ${namePreserved(entry)} (${entry.id}) stays set aside: ${entry.waits}`;
  const restored = entries.filter((entry) => entry.restored).length;
  const stays = entries.length - restored;
  const rest = stays === 0 ? '' : `, ${stays} stayed set aside`;
  return `${entries.map((entry) => printable(line(entry))).join('\n')}\n\nPut back ${countOf(restored, 'row')}${rest}.\n`;
}

/** What is gone for good. */
export function renderDroppedText(entries: readonly PreservedEntry[]): string {
  const lines = entries.map((entry) => printable(`- ${namePreserved(entry)} (${entry.id})`));
  return `${lines.join('\n')}\n\nDropped ${countOf(entries.length, 'row')}.\n`;
}

function entryJson(entry: PreservedEntry & { waits?: string | null; restored?: boolean }): JsonObject {
  const { id, pack, kind, ref, field, name, reason, since, owner, links, waits, restored } = entry;
  return {
    id,
    pack,
    kind,
    ref,
    field,
    key: name,
    owner,
    links,
    reason,
    since: since.toISOString(),
    ...(waits === undefined ? {} : { waits }),
    ...(restored === undefined ? {} : { restored }),
  };
}
