import type { Suspension } from '../../actual/safeguards.ts';
import type { JsonObject } from '../../json.ts';
import { formatTime } from '../../text/format-time.ts';
import { printable } from '../../text/printable.ts';
import { type Resumed, sayRemedy } from '../resume.ts';

/** What is suspended by command now, a line each. */
export function renderSuspensionsText(suspensions: readonly Suspension[]): string {
  return suspensions
    .map(({ pack, reason, who, since, until }) => {
      const end = until === null ? 'until it is resumed' : `until ${formatTime(until)}`;
      const what = pack ?? 'all packs';
      return `${printable(`${what}: suspended ${end}, since ${formatTime(since)} by ${who}: ${reason}`)}\n`;
    })
    .join('');
}

/** The same, times as ISO 8601. */
export function renderSuspensionsJson(suspensions: readonly Suspension[]): JsonObject {
  return JSON.parse(JSON.stringify({ formatVersion: 1, suspensions })) as JsonObject;
}

/** What ended, and what keeps the same packs as they are all the same. */
export function renderResumedText({ ended, staying }: Resumed): string {
  const none = ended.length === 0 ? ['Nothing was suspended by command.'] : [];
  const lines = ended.map(
    ({ pack, who, since, reason }) =>
      `Resumed ${pack ?? 'all packs'}: suspended since ${formatTime(since)} by ${who}: ${reason}`,
  );
  const others = staying.map((one) => `Still: ${sayRemedy(one)}`);
  return [...none, ...lines, ...others].map((line) => `${printable(line)}\n`).join('');
}

/** The same, times as ISO 8601. */
export function renderResumedJson(resumed: Resumed): JsonObject {
  return JSON.parse(JSON.stringify({ formatVersion: 1, ...resumed })) as JsonObject;
}
