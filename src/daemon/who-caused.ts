import type { LookRequest } from './daemon-view.ts';

/** History has a line for it. */
const mostNamed = 3;

/** Who stands in history for a pass: those whose requests it answers, or the daemon itself where nobody asked. */
export function whoCaused(daemon: string, requests: readonly LookRequest[]): string {
  const asked = [...new Set(requests.map(({ who }) => who))];
  const hidden = asked.length - mostNamed;
  if (hidden > 0) return `${asked.slice(0, mostNamed).join(', ')} and ${hidden} more`;
  return asked.length === 0 ? daemon : asked.join(', ');
}
