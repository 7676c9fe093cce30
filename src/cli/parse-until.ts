import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../config/parse-duration.ts';

/** A time to come as it was given: so long from now, or an exact one. */
export type Until = { readonly inMs: number } | { readonly at: Date };

const exact = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?$/;

/** `2h`, `3d`, `2026-11-21` (its beginning, UTC), `2026-11-21T08:00Z`. @throws InvalidArgumentError, which commander shows */
export function parseUntil(text: string): Until {
  const inMs = parseDuration(text);
  if (inMs !== undefined) return { inMs };
  const at = new Date(exact.test(text) ? text : Number.NaN);
  if (!Number.isNaN(at.getTime())) return { at };
  throw new InvalidArgumentError('Write for how long (30m, 2h, 3d) or a time (2026-11-21T08:00Z).');
}
