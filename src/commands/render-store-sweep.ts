import type { JsonObject } from '../json.ts';
import { countOf } from '../plan/render/render-summary.ts';
import { formatTime } from '../text/format-time.ts';
import { createPaint } from '../text/paint.ts';
import { printable } from '../text/printable.ts';
import { renderTable } from '../text/render-table.ts';
import type { Sweep } from '../versions/sweep/sweep-store.ts';

const columns = [{ header: '' }, { header: 'DIRECTORY' }, { header: 'SUPERSEDED' }, { header: 'WHY', wrapTo: 20 }];

/** What goes, what stays although it is superseded and why, what nobody recorded, and what is in staging. `isDone`: it is gone by now. */
export function renderSweepText(
  { swept, kept, unknown, staging }: Sweep,
  { isDone, color, width }: { readonly isDone: boolean; readonly color: boolean; readonly width: number },
): string {
  const paint = createPaint(color);
  const time = (ms: number) => formatTime(new Date(ms));
  const rows = [
    ...swept.map(({ path, supersededMs }) => [
      { text: '-', paint: paint.red },
      { text: printable(path) },
      { text: time(supersededMs) },
      { text: isDone ? 'deleted' : 'to delete' },
    ]),
    ...kept.map(({ path, supersededMs, why }) => [
      { text: '' },
      { text: printable(path) },
      { text: time(supersededMs) },
      { text: `kept: ${why}` },
    ]),
    ...unknown.map(({ path, what }) => [
      { text: '?', paint: paint.yellow },
      { text: printable(path) },
      { text: '-' },
      { text: `kept: ${what}` },
    ]),
    ...staging.map(({ path, goes }) => [
      { text: goes ? '-' : '', ...(goes ? { paint: paint.red } : {}) },
      { text: printable(path) },
      { text: '-' },
      { text: goes ? `${isDone ? 'deleted' : 'to delete'}: left by a run that was killed` : keptStaging },
    ]),
  ];
  const table =
    rows.length === 0 ? '' : `${renderTable(columns, rows, { width, headerPaint: paint.dim }).join('\n')}\n\n`;
  const left = staging.filter(({ goes }) => goes).length;
  const parts = [
    ...(swept.length === 0 ? [] : [countOf(swept.length, 'superseded version')]),
    ...(left === 0 ? [] : [`${countOf(left, 'leftover')} of killed runs`]),
  ];
  if (parts.length === 0) return `${table}There is nothing to delete.\n`;
  const what = parts.join(' and ');
  return `${table}${isDone ? `Deleted ${what}` : `${what} to delete`} from the pack store.\n`;
}

const keptStaging = 'kept: less than a day old, a run may be using it';

/** The same for machines; times as ISO 8601. */
export function renderSweepJson({ swept, kept, unknown, staging }: Sweep, isDone: boolean): JsonObject {
  const version = <T extends { readonly supersededMs: number }>({ supersededMs, ...rest }: T) => ({
    ...rest,
    superseded: new Date(supersededMs).toISOString(),
  });
  const data = { formatVersion: 1, done: isDone, swept: swept.map(version), kept: kept.map(version), unknown, staging };
  return JSON.parse(JSON.stringify(data)) as JsonObject;
}
