import type { JsonObject } from '../json.ts';
import { countOf } from '../plan/render/render-summary.ts';
import { formatTime } from '../text/format-time.ts';
import { createPaint } from '../text/paint.ts';
import { renderTable } from '../text/render-table.ts';
import type { PackListEntry } from './pack-list.ts';

const columns = [
  { header: 'PACK', wrapTo: 24 },
  { header: 'VERSION', wrapTo: 14 },
  { header: 'MANAGER', wrapTo: 14 },
  { header: 'SOURCE', wrapTo: 10 },
  { header: 'COMMIT' },
  { header: 'INSTALLED', wrapTo: 10 },
];

/** A table cut to `width`, then how many; commits by their first seven digits, times in UTC. */
export function renderPackListText(
  packs: readonly PackListEntry[],
  options: { color: boolean; width: number },
): string {
  const paint = createPaint(options.color);
  if (packs.length === 0) return 'No packs.\n';
  const rows = packs.map((pack) => [
    { text: pack.ref, paint: paint.bold },
    { text: pack.version },
    pack.manager === null ? { text: 'unmanaged', paint: paint.yellow } : { text: pack.manager },
    { text: pack.sourceType ?? '-' },
    { text: pack.commit?.slice(0, 7) ?? '-' },
    { text: pack.installedAt === null ? '-' : formatTime(pack.installedAt) },
  ]);
  const table = renderTable(columns, rows, { width: options.width, headerPaint: paint.dim });
  return [...table, '', `${countOf(packs.length, 'pack')}.`, ''].join('\n');
}

/** The same with whole commits and times as ISO 8601. */
export function renderPackListJson(packs: readonly PackListEntry[]): JsonObject {
  return {
    formatVersion: 1,
    packs: packs.map((pack) => ({ ...pack, installedAt: pack.installedAt?.toISOString() ?? null })),
  };
}
