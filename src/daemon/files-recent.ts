import type { LookRequest } from './daemon-view.ts';
import type { Pass } from './run-loop.ts';

/** Of more packs than this, looking at every published file on every interval would be most of what a quiet daemon does. */
const many = 200;

/**
 * Files that were as published no longer ago than this are not looked at again by a pass, in milliseconds. The interval
 * notices what nobody tells of, in a large fleet every fifth one; a person who asks means all of it.
 */
export function filesRecentMs(
  { cause }: Pass,
  requests: readonly Pick<LookRequest, 'by'>[],
  fleet: { readonly packs: number; readonly intervalMs: number },
): number {
  const isAsked = requests.some(({ by }) => by !== 'webhook');
  if (isAsked) return 0;
  // The fifth comes a little sooner than five whole intervals after the first.
  const intervals = fleet.packs > many ? 4.3 : 0;
  if (cause === 'interval') return fleet.intervalMs * intervals;
  // Somebody waits for a change: the interval has its turn before that, however chance lengthens it.
  return cause === 'change' ? fleet.intervalMs * (intervals + 1.3) : 0;
}
