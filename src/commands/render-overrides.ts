import type { Json, JsonObject } from '../json.ts';
import { countOf } from '../plan/render/render-summary.ts';
import { formatValue, maskField } from '../plan/render/render-value.ts';
import { formatTime } from '../text/format-time.ts';
import { createPaint } from '../text/paint.ts';
import { renderTable } from '../text/render-table.ts';
import type { OverrideEntry } from './queries/find-overrides.ts';

const columns = [
  { header: 'REF', wrapTo: 24 },
  { header: 'FIELD', wrapTo: 16 },
  { header: 'VALUE', wrapTo: 20 },
  { header: 'SEEN', wrapTo: 10 },
  { header: 'NOTE', wrapTo: 16 },
];

/** A table cut to `width`, then how many; times in UTC, secrets as digests. */
export function renderOverridesText(
  overrides: readonly OverrideEntry[],
  options: { readonly color: boolean; readonly width: number },
): string {
  if (overrides.length === 0) return 'Nobody has set anything otherwise than the packs say.\n';
  const paint = createPaint(options.color);
  const rows = overrides.map((override) => [
    { text: override.ref, paint: paint.bold },
    { text: override.field },
    { text: formatValue(maskedValue(override)) },
    { text: formatTime(override.seen) },
    { text: noteOf(override), paint: paint.dim },
  ]);
  const table = renderTable(columns, rows, { width: options.width, headerPaint: paint.dim });
  return [...table, '', `${countOf(overrides.length, 'override')}.`, ''].join('\n');
}

/** The same with times as ISO 8601. */
export function renderOverridesJson(overrides: readonly OverrideEntry[]): JsonObject {
  return {
    formatVersion: 1,
    overrides: overrides.map((override) => ({
      ...override,
      value: maskedValue(override),
      seen: override.seen.toISOString(),
    })),
  };
}

/** `jira.poller enabled = false`, one of what a person is asked about. */
export function nameOverride(override: OverrideEntry): string {
  return `${override.ref} ${override.field} = ${formatValue(maskedValue(override))}`;
}

function noteOf({ own, manager }: OverrideEntry): string {
  if (manager === null) return 'its pack is not installed';
  return own ? 'the pack has no default' : '';
}

/** What may be shown of it. */
export function maskedValue({ kind, field, value }: OverrideEntry): Json {
  return maskField(kind === 'pack' ? `config.${field}` : field, value);
}
