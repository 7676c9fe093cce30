import type { JsonObject } from '../../json.ts';
import { countOf } from '../../plan/render/render-summary.ts';
import { formatTime } from '../../text/format-time.ts';
import { createPaint, type Paint } from '../../text/paint.ts';
import { printable } from '../../text/printable.ts';
import { type Cell, renderTable } from '../../text/render-table.ts';
import type { RuntimeEntry, RuntimeVersionEntry } from '../queries/read-runtimes.ts';
import type { RuntimeList } from './list-runtimes.ts';

const columns = [
  { header: 'RUNTIME', wrapTo: 24 },
  { header: 'DEFAULT' },
  { header: 'AVAILABLE', wrapTo: 9 },
  { header: 'VERIFIED', wrapTo: 10 },
  { header: 'USED BY', wrapTo: 20 },
];

/** A line a runtime, and one a version under it; times in UTC. */
export function renderRuntimeListText(
  { runtimes, notes }: RuntimeList,
  options: { readonly color: boolean; readonly width: number },
): string {
  const paint = createPaint(options.color);
  const rows = runtimes.flatMap((runtime) => [
    runtimeCells(runtime, paint),
    ...runtime.versions.map((version) => versionCells(runtime.ref, version, paint)),
  ]);
  const table = renderTable(columns, rows, { width: options.width, headerPaint: paint.dim });
  const versions = runtimes.reduce((sum, one) => sum + one.versions.length, 0);
  const count = `${countOf(runtimes.length, 'runtime')}, ${countOf(versions, 'version')}.`;
  const body = runtimes.length === 0 ? ['No runtimes.'] : [...table, '', count];
  return [...body, ...notes.map((note) => paint.yellow(printable(note))), ''].join('\n');
}

/** The same with times as ISO 8601. */
export function renderRuntimeListJson({ runtimes, notes }: RuntimeList): JsonObject {
  return {
    formatVersion: 1,
    runtimes: runtimes.map(({ ref, name, pack, versions, usedBy }) => ({
      ...{ ref, name, pack, usedBy },
      versions: versions.map(({ version, isDefault, available, verifiedAt, usedBy: its = [] }) => ({
        ...{ version, isDefault, available, verifiedAt: verifiedAt?.toISOString() ?? null, usedBy: its },
      })),
    })),
    notes,
  };
}

/** Packs of which it is known in which version they run stand there. */
function runtimeCells({ ref, usedBy, versions }: RuntimeEntry, paint: Paint): Cell[] {
  const placed = new Set(versions.flatMap((one) => one.usedBy ?? []));
  const others = usedBy.filter((pack) => !placed.has(pack));
  const none = { text: placed.size === 0 ? 'no pack' : '-', paint: paint.dim };
  const used = others.length === 0 ? none : { text: others.join(', ') };
  return [{ text: ref, paint: paint.bold }, { text: '-' }, { text: '-' }, { text: '-' }, used];
}

function versionCells(ref: string, version: RuntimeVersionEntry, paint: Paint): Cell[] {
  const { available, verifiedAt, isDefault, usedBy = [] } = version;
  // Attune says yes of what nobody ever looked for.
  const isKnown = verifiedAt !== null || !available;
  return [
    { text: `${ref}@${version.version}` },
    { text: isDefault ? 'default' : '-' },
    isKnown ? availability(available, paint) : { text: 'not verified', paint: paint.dim },
    { text: verifiedAt === null ? '-' : formatTime(verifiedAt) },
    { text: usedBy.length === 0 ? '-' : usedBy.join(', ') },
  ];
}

/** Also of what was just verified; null: not known. */
export function availability(available: boolean | null, paint: Paint): Cell {
  if (available === null) return { text: '-', paint: paint.dim };
  return available ? { text: 'yes', paint: paint.green } : { text: 'no', paint: paint.red };
}
