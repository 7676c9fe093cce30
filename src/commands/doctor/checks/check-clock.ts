import type { DatabaseContext } from '../../../context.ts';
import { formatDuration } from '../../../text/format-duration.ts';
import { type Finding, ok, warning } from '../finding.ts';

/** Suspensions, approvals and retries go by the clock; history mixes both. */
const mostMs = 5_000;

/** How far this machine's clock is from that of PostgreSQL, taken in the middle of the question. */
export async function checkClock({ database, now }: DatabaseContext): Promise<readonly Finding[]> {
  const before = now().getTime();
  const { rows } = (await database.knex.raw('SELECT clock_timestamp() AS now')) as { rows: { now: Date }[] };
  const after = now().getTime();
  const theirs = rows[0]?.now.getTime() ?? after;
  const aside = Math.max(0, Math.abs(theirs - (before + after) / 2) - (after - before) / 2);
  if (aside <= mostMs) return [ok('The clock of this machine agrees with that of PostgreSQL.')];
  const message = `The clocks of this machine and of PostgreSQL are ${formatDuration(aside)} apart.`;
  const hint = 'Let both be kept by NTP: times in history, of approvals and of suspensions go by them.';
  return [warning('clock-skew', message, hint)];
}
