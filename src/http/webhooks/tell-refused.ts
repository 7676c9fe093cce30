import type { DaemonView } from '../../daemon/daemon-view.ts';

/** Whoever sends what is refused can send much of it. */
const quietMs = 60_000;

/** Tells that a webhook was refused, of each at most once a minute. */
export function createRefusalTeller({ events, context }: DaemonView): (name: string, why: string) => void {
  const toldMs = new Map<string, number>();
  return (name, why) => {
    const nowMs = performance.now();
    if (nowMs - (toldMs.get(name) ?? Number.NEGATIVE_INFINITY) < quietMs) return;
    toldMs.set(name, nowMs);
    context.log.warn(`A webhook for ${name} was refused: ${why}.`);
    events.emit({ type: 'webhook-refused', name, why });
  };
}
