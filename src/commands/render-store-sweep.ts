import type { JsonObject } from '../json.ts';
import { countOf } from '../plan/render/render-summary.ts';
import { formatBytes } from '../text/format-bytes.ts';
import { formatTime } from '../text/format-time.ts';
import { createPaint } from '../text/paint.ts';
import { printable } from '../text/printable.ts';
import { renderTable } from '../text/render-table.ts';
import type { Sweep } from '../versions/sweep/plan-sweep.ts';

const columns = [{ header: '' }, { header: 'DIRECTORY' }, { header: 'SINCE' }, { header: 'WHY', wrapTo: 20 }];

/** What goes, what stays although it is superseded and why, what was never installed, what nobody recorded, and what is in staging. `isDone`: it is gone by now. */
export function renderSweepText(
  { swept, kept, unknown, staging, environments, neverInstalled }: Sweep,
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
    ...neverInstalled.map(({ path, publishedMs, goes, why }) => [
      { text: goes ? '-' : '', ...(goes ? { paint: paint.red } : {}) },
      { text: printable(path) },
      { text: time(publishedMs) },
      { text: `${goes ? (isDone ? 'deleted' : 'to delete') : 'kept'}: ${why}` },
    ]),
    ...unknown.map(({ path, what }) => [
      { text: '?', paint: paint.yellow },
      { text: printable(path) },
      { text: '-' },
      { text: `kept: ${what}` },
    ]),
    ...environments.map(({ path, goes, why, builtMs, bytes }) => [
      { text: goes ? '-' : '', ...(goes ? { paint: paint.red } : {}) },
      { text: printable(path) },
      { text: builtMs === null ? '-' : time(builtMs) },
      {
        text: `${goes ? (isDone ? 'deleted' : 'to delete') : 'kept'}: ${why}${bytes > 0 ? `, ${formatBytes(bytes)}` : ''}`,
      },
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
  const never = neverInstalled.filter(({ goes }) => goes).length;
  const unused = environments.filter(({ goes }) => goes).length;
  const left = staging.filter(({ goes }) => goes).length;
  const parts = [
    ...(swept.length === 0 ? [] : [countOf(swept.length, 'superseded version')]),
    ...(never === 0 ? [] : [`${countOf(never, 'version')} that ${never === 1 ? 'was' : 'were'} never installed`]),
    ...(unused === 0 ? [] : [countOf(unused, 'environment')]),
    ...(left === 0 ? [] : [`${countOf(left, 'leftover')} of killed runs`]),
  ];
  if (parts.length === 0) return `${table}There is nothing to delete.\n`;
  const what = listOf(parts);
  return `${table}${isDone ? `Deleted ${what}` : `${what} to delete`} from the pack store.\n`;
}

/** `a`, `a and b`, `a, b and c`. */
function listOf(parts: readonly string[]): string {
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
}

const keptStaging = 'kept: less than a day old, a run may be using it';

/** The same for machines; times as ISO 8601. */
export function renderSweepJson(
  { swept, kept, unknown, staging, environments, neverInstalled }: Sweep,
  isDone: boolean,
): JsonObject {
  const version = <T extends { readonly supersededMs: number }>({ supersededMs, ...rest }: T) => ({
    ...rest,
    superseded: new Date(supersededMs).toISOString(),
  });
  const data = {
    formatVersion: 1,
    done: isDone,
    swept: swept.map(version),
    kept: kept.map(version),
    unknown,
    staging,
    neverInstalled: neverInstalled.map(({ publishedMs, ...rest }) => ({
      ...rest,
      published: new Date(publishedMs).toISOString(),
    })),
    environments: environments.map(({ builtMs, ...rest }) => ({
      ...rest,
      built: builtMs === null ? null : new Date(builtMs).toISOString(),
    })),
  };
  return JSON.parse(JSON.stringify(data)) as JsonObject;
}
