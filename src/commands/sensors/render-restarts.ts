import type { JsonObject } from '../../json.ts';
import { formatTime } from '../../text/format-time.ts';
import { printable } from '../../text/printable.ts';
import type { RestartRow } from '../queries/read-restarts.ts';

/** `shop.orders runs on as it was since 2026-11-21 00:30:12Z`. */
export function sayRestart({ sensor, why, since }: RestartRow): string {
  const what = why === 'gone' ? 'may run on although it is gone or switched off' : 'runs on as it was';
  return printable(`${sensor} ${what}, since ${formatTime(since)}`);
}

/** Times as ISO 8601. */
export function renderRestartsJson(rows: readonly RestartRow[]): readonly JsonObject[] {
  return rows.map(({ since, ...row }) => ({ ...row, since: since.toISOString() }));
}
