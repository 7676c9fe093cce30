import type { Json, JsonObject } from '../json.ts';
import { countTests } from '../pack-tests/count-tests.ts';
import { kinds } from '../packs/kinds.ts';
import { countOf } from '../plan/render/render-summary.ts';
import { formatValue, maskField } from '../plan/render/render-value.ts';
import { formatTime } from '../text/format-time.ts';
import { createPaint, type Paint } from '../text/paint.ts';
import { printable } from '../text/printable.ts';
import { type Cell, renderTable } from '../text/render-table.ts';
import { hangText } from '../text/wrap-text.ts';
import type { PackDetails } from './pack-show.ts';
import type { LastTest } from './queries/read-last-test.ts';
import type { ComponentEntry } from './queries/read-pack-components.ts';
import { renderEnvironments } from './render-environments.ts';
import { sayHold } from './say-hold.ts';

interface ShowOptions {
  readonly color: boolean;
  readonly width: number;
}

/** The pack's row, then its components by kind, orphans, overrides and last runs. */
export function renderPackShowText(details: PackDetails, { color, width }: ShowOptions): string {
  const paint = createPaint(color);
  const sections = [
    renderFields(details, paint, width),
    renderComponents(details.components, paint, width),
    renderRunsIn(details, paint, width),
    listed(
      'Orphans',
      details.orphans.map(({ ref, missing }) => `rule ${ref} waits for ${missing.join(' and ')}`),
      paint,
      width,
    ),
    listed('Overrides', details.overrides.map(overrideText), paint, width),
    listed('Versions', details.versions.map(versionText), paint, width),
    renderRuns(details, paint, width),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** Everything, times as ISO 8601; override values that may be secret are masked. */
export function renderPackShowJson(details: PackDetails): JsonObject {
  const { pack, components, environments, lastTest, orphans, overrides, hold, versions, runs } = details;
  const data = {
    formatVersion: 1,
    pack,
    components,
    environments,
    lastTest,
    orphans,
    overrides: overrides.map((override) => ({ ...override, value: maskedValue(override) })),
    hold,
    versions,
    runs,
  };
  return JSON.parse(JSON.stringify(data)) as JsonObject;
}

/** `1.0.0 (commit abc1234, digest 0123456789ab), until 2026-11-21 00:30:12Z`. */
function versionText({ version, digest, source, superseded }: PackDetails['versions'][number]): string {
  const commit = source.commit === null ? '' : `commit ${source.commit.slice(0, 7)}, `;
  const until = superseded === null ? 'installed' : `until ${formatTime(new Date(superseded))}`;
  return `${version} (${commit}digest ${digest.slice(0, 12)}), ${until}`;
}

/** `12 passed (1.0.0, update, 2026-11-21 00:30:12Z)`. */
function testText({ version, at, reason, ...counts }: LastTest): string {
  return `${countTests(counts)} (${version}, ${reason}, ${formatTime(at)})`;
}

function renderFields({ pack, hold, lastTest }: PackDetails, paint: Paint, width: number): string[] {
  const { source } = pack;
  const fields: readonly (readonly [string, string | null])[] = [
    ['Pack', `${pack.ref} ${pack.version}`],
    ['Label', pack.label],
    ['Description', pack.description],
    ['Manager', pack.manager ?? 'unmanaged'],
    ['Source', [pack.sourceType, pack.sourceUrl].filter((part) => part !== null).join(' ') || null],
    ['Ref', source?.ref ?? pack.sourceRef],
    ['Path', source?.path || null],
    ['Commit', source?.commit ?? null],
    [
      'Checksum',
      pack.checksum === null ? null : `sha256:${pack.checksum}${pack.checksumVerified === true ? ' (verified)' : ''}`,
    ],
    ['Storage', pack.storagePath],
    ['Installed', installed(pack)],
    ['Tests', lastTest === null ? null : testText(lastTest)],
    ['Held', hold === null ? null : sayHold(hold).replace(/^held /, '')],
    ['Removal', pack.prune === false ? 'never automatic (prune: false)' : null],
  ];
  return fields.flatMap(([name, value]) => {
    if (value === null) return [];
    const label = `${name}:`.padEnd(13);
    // Only prose is wrapped: a path or a checksum is copied as a whole.
    const lines = name === 'Description' ? hangText(label, printable(value), width) : [label + printable(value)];
    return lines.map((line) => paint.bold(line.slice(0, 13)) + line.slice(13));
  });
}

function installed({ installedAt, installedBy, method }: PackDetails['pack']): string | null {
  if (installedAt === null) return null;
  const by = installedBy === null ? '' : ` by ${installedBy}`;
  return `${formatTime(installedAt)}${by}${method === null ? '' : ` (${method})`}`;
}

function renderComponents(components: readonly ComponentEntry[], paint: Paint, width: number): string[] {
  if (components.length === 0) return [paint.bold('Components:'), '  none'];
  const counts = kinds
    .map(
      ({ name, plural }) =>
        [components.filter(({ kind }) => kind === name).length, name.replace('_', ' '), plural] as const,
    )
    .filter(([count]) => count > 0)
    .map(([count, one, several]) => countOf(count, one, several));
  const rows = components.map((component) => componentRow(component, paint));
  const columns = [{ header: 'REF', wrapTo: 20 }, { header: 'KIND' }, { header: 'SWITCH' }, { header: 'ORIGIN' }];
  const table = renderTable(columns, rows, { width: width - 2, headerPaint: paint.dim });
  return [...hangText('Components: ', counts.join(', '), width), ...table.map((line) => `  ${line}`)];
}

function componentRow({ kind, ref, enabled, adhoc, unmanaged }: ComponentEntry, paint: Paint): Cell[] {
  const origin = adhoc ? 'ad-hoc' : unmanaged ? 'unmanaged' : '';
  return [
    { text: ref },
    { text: kind.replace('_', ' ') },
    enabled === null
      ? { text: '' }
      : enabled
        ? { text: 'on', paint: paint.green }
        : { text: 'off', paint: paint.yellow },
    { text: origin, paint: paint.cyan },
  ];
}

function renderRunsIn({ pack, environments }: PackDetails, paint: Paint, width: number): string[] {
  if (environments.length === 0) return [];
  const table = renderEnvironments(new Map([[pack.ref, environments]]), { paint, width: width - 2 });
  return [paint.bold('Environments:'), ...table.map((line) => `  ${line}`)];
}

function renderRuns({ runs }: PackDetails, paint: Paint, width: number): string[] {
  if (runs.length === 0) return [];
  const rows = runs.map((run) => [
    { text: run.run },
    { text: formatTime(run.ended) },
    { text: run.action },
    { text: run.outcome, paint: run.outcome === 'applied' ? paint.green : paint.red },
    { text: run.message ?? run.reason },
    { text: `${run.cause} by ${run.who}` },
  ]);
  const columns = [
    { header: 'RUN' },
    { header: 'ENDED', wrapTo: 10 },
    { header: 'ACTION' },
    { header: 'OUTCOME' },
    { header: 'REASON', wrapTo: 20 },
    { header: 'CAUSE', wrapTo: 10 },
  ];
  const table = renderTable(columns, rows, { width: width - 2, headerPaint: paint.dim });
  return [paint.bold('Last runs:'), ...table.map((line) => `  ${line}`)];
}

function listed(title: string, texts: readonly string[], paint: Paint, width: number): string[] {
  if (texts.length === 0) return [];
  return [paint.bold(`${title}:`), ...texts.flatMap((text) => hangText('  ', printable(text), width))];
}

function overrideText(override: PackDetails['overrides'][number]): string {
  return `${override.kind} ${override.ref}: ${override.field} = ${formatValue(maskedValue(override))}`;
}

function maskedValue({ kind, field, value }: PackDetails['overrides'][number]): Json {
  return maskField(kind === 'pack' ? `config.${field}` : field, value);
}
