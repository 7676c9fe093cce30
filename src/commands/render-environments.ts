import { formatAge } from '../text/format-age.ts';
import { formatBytes } from '../text/format-bytes.ts';
import type { Paint } from '../text/paint.ts';
import { type Cell, renderTable } from '../text/render-table.ts';
import type { EnvironmentRow } from './queries/read-environments.ts';

interface Shared {
  readonly environment: EnvironmentRow;
  readonly packs: readonly string[];
}

const shownPacks = 3;

/**
 * A table of environments, one that packs share once: what it is of, how it is, how old and how large, and whose it is.
 *
 * @param byPack by the pack's ref
 */
export function renderEnvironments(
  byPack: ReadonlyMap<string, readonly EnvironmentRow[]>,
  { paint, width }: { readonly paint: Paint; readonly width: number },
): string[] {
  const shared = new Map<string, { environment: EnvironmentRow; packs: string[] }>();
  for (const [ref, environments] of byPack) {
    for (const environment of environments) {
      const id = `${environment.link} ${environment.key}`;
      const known = shared.get(id);
      if (known === undefined) shared.set(id, { environment, packs: [ref] });
      else known.packs.push(ref);
    }
  }
  if (shared.size === 0) return [];
  const several = byPack.size > 1;
  const columns = [
    { header: 'ENVIRONMENT', wrapTo: 24 },
    { header: 'STATE', wrapTo: 12 },
    { header: 'AGE' },
    { header: 'SIZE' },
    ...(several ? [{ header: 'PACKS', wrapTo: 20 }] : []),
  ];
  const rows = [...shared.values()].map((one) => row(one, several, paint));
  return renderTable(columns, rows, { width, headerPaint: paint.dim });
}

function row({ environment, packs }: Shared, several: boolean, paint: Paint): Cell[] {
  const { link, runtime, version, state, fault, ageMs, bytes } = environment;
  const of = runtime === null ? '' : ` of ${runtime}${version === null ? '' : ` ${version}`}`;
  const hidden = packs.length - shownPacks;
  const listed = hidden > 1 ? `${packs.slice(0, shownPacks).join(', ')} and ${hidden} more` : packs.join(', ');
  return [
    { text: `${link}${of}` },
    {
      text: fault === null ? state : `${state}: ${fault}`,
      paint: state === 'ready' ? paint.green : paint.red,
    },
    { text: ageMs === null ? '-' : formatAge(ageMs) },
    { text: bytes === null ? '-' : formatBytes(bytes) },
    ...(several ? [{ text: listed }] : []),
  ];
}
