import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../config/parse-duration.ts';

/** A time as it was given: so long ago, or an exact one. */
export type Since = { readonly agoMs: number } | { readonly at: Date };

/** `24h`, `7d`, `2026-11-21`, `2026-11-21T08:00Z`. @throws InvalidArgumentError, which commander shows */
export function parseSince(text: string): Since {
  const agoMs = parseDuration(text);
  if (agoMs !== undefined) return { agoMs };
  const at = new Date(/^\d{4}-\d{2}-\d{2}(?:[T ].*)?$/.test(text) ? text : Number.NaN);
  if (!Number.isNaN(at.getTime())) return { at };
  throw new InvalidArgumentError('Write how long ago (30m, 24h, 7d) or a date (2026-11-21, 2026-11-21T08:00Z).');
}
