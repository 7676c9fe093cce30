import type { DaemonView } from '../../daemon/daemon-view.ts';

/** Whoever sends what is refused can send much of it. */
const quietMs = 60_000;

export interface RefusedWebhook {
  readonly name: string;
  /** Without a full stop. */
  readonly why: string;
  /** The address of who sent it. */
  readonly from: string;
}

export type RefusalTeller = (refused: RefusedWebhook) => void;

/** Tells that a webhook was refused, of each at most once a minute. */
export function createRefusalTeller({ events, context }: DaemonView): RefusalTeller {
  const toldMs = new Map<string, number>();
  return ({ name, why, from }) => {
    const nowMs = performance.now();
    if (nowMs - (toldMs.get(name) ?? Number.NEGATIVE_INFINITY) < quietMs) return;
    toldMs.set(name, nowMs);
    context.log.warn(`A webhook for ${name} from ${from} was refused: ${why}.`);
    events.emit({ type: 'webhook-refused', name, why });
  };
}
