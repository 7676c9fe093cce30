import type { CheckResult } from '../../environments/verification/verify.ts';
import type { JsonObject } from '../../json.ts';
import { countOf } from '../../plan/render/render-summary.ts';
import { createPaint } from '../../text/paint.ts';
import { printable } from '../../text/printable.ts';
import { renderTable } from '../../text/render-table.ts';
import { availability } from './render-runtime-list.ts';
import type { Verified } from './verified.ts';
import type { Verification } from './verify-runtimes.ts';

const columns = [
  { header: 'RUNTIME', wrapTo: 24 },
  { header: 'AVAILABLE' },
  { header: 'IN ATTUNE' },
  { header: 'FOUND', wrapTo: 30 },
];

/** A line a runtime or version with what told, then how many and what was written. */
export function renderVerificationText(
  { verified, isWritten, notes }: Verification,
  options: { readonly color: boolean; readonly width: number },
): string {
  if (verified.length === 0) return 'No runtimes.\n';
  const paint = createPaint(options.color);
  const rows = verified.map((one) => [
    { text: nameVerified(one), paint: paint.bold },
    availability(one.available, paint),
    { text: one.before === null ? '-' : one.before.available ? 'yes' : 'no' },
    { text: explain(one) },
  ]);
  const table = renderTable(columns, rows, { width: options.width, headerPaint: paint.dim });
  const lines = [sayCount(verified), sayWritten(verified, isWritten)].filter((line) => line !== '');
  return [...table, '', lines.join(' '), ...notes.map((note) => paint.yellow(printable(note))), ''].join('\n');
}

/** The same with every check that was run; times as ISO 8601. */
export function renderVerificationJson({ verified, isWritten, notes }: Verification): JsonObject {
  return {
    formatVersion: 1,
    written: isWritten,
    verified: verified.map(({ runtime, version, pack, available, assumed, checks, unread, before }) => ({
      ...{ runtime, version, pack, available, assumed, unread },
      checks: checks.map(({ argv, optional, passed, found }) => ({ argv, optional, passed, found })),
      before:
        before === null ? null : { available: before.available, verifiedAt: before.verifiedAt?.toISOString() ?? null },
    })),
    notes,
  };
}

function nameVerified({ runtime, version }: Verified): string {
  return version === null ? runtime : `${runtime}@${version}`;
}

/** Of checks that failed, those that matter: an optional one is only named where no other was run. */
function explain({ assumed, checks, available, unread }: Verified): string {
  if (assumed !== null) return assumed;
  const required = checks.filter(({ optional }) => !optional);
  const shown = available === true ? checks.filter(({ passed }) => passed) : required.length > 0 ? required : checks;
  const parts = [...shown.map(sayCheck), ...unread];
  return parts.length === 0 ? 'no command is given' : parts.join('; ');
}

function sayCheck({ argv, found }: CheckResult): string {
  const command = argv.join(' ');
  return found === '' ? `${command}: it says nothing` : `${command}: ${found}`;
}

function sayCount(verified: readonly Verified[]): string {
  const available = verified.filter((one) => one.available).length;
  const unknown = verified.filter((one) => one.available === null).length;
  const rest = verified.length - available - unknown;
  const counts = [`${available} available`, rest > 0 && `${rest} not available`, unknown > 0 && `${unknown} not known`];
  return `${counts.filter((count) => count !== false).join(', ')}.`;
}

function sayWritten(verified: readonly Verified[], isWritten: boolean): string {
  const versions = verified.filter(({ id, available }) => id !== null && available !== null).length;
  if (versions === 0) return '';
  if (isWritten) return `Recorded in Attune for ${countOf(versions, 'version')}.`;
  return 'Nothing was written: --write records in Attune which versions are available.';
}
