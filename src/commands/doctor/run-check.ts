import { setTimeout } from 'node:timers/promises';
import { formatDuration } from '../../text/format-duration.ts';
import { type Finding, failure, findingsOf } from './finding.ts';

/** What one check found, under the name that people know it by. */
export interface CheckReport {
  readonly name: string;
  readonly findings: readonly Finding[];
}

/** Whatever one check meets, the others go on: what it throws is found, and so is that it does not come to an end. */
export async function runCheck(
  name: string,
  patienceMs: number,
  check: () => Promise<readonly Finding[]>,
): Promise<CheckReport> {
  const over = new AbortController();
  const late = setTimeout(patienceMs, null, { ref: false, signal: over.signal }).then(() => [
    failure(
      'check-endless',
      `This check did not come to an end within ${formatDuration(patienceMs)}.`,
      'Something that it asks accepts a connection and then says nothing.',
    ),
  ]);
  try {
    return { name, findings: await Promise.race([Promise.resolve().then(check), late]) };
  } catch (error) {
    return { name, findings: findingsOf(error) };
  } finally {
    over.abort();
    late.catch(() => {});
  }
}
