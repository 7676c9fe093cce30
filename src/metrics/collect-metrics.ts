import { Registry } from 'prom-client';
import type { DaemonView } from '../daemon/daemon-view.ts';
import { countEvents } from './count-events.ts';
import { countRemoteCalls } from './count-remote-calls.ts';
import { measureProcess } from './measure-process.ts';
import { showPacks } from './show-packs.ts';
import { showState } from './show-state.ts';

/** What a daemon measures of itself, for Prometheus. */
export interface Metrics {
  /** The text format of Prometheus, as things are now. */
  render(): Promise<string>;
  /** What `render` gives, as HTTP names it. */
  readonly contentType: string;
  /** Measures nothing any more. */
  close(): void;
}

/** Counts from now on, in a registry of its own. Every name begins `attune_sync_`, but for those of the process. */
export function collectMetrics(view: DaemonView): Metrics {
  const registry = new Registry();
  const parts = [showState, showPacks, countEvents, countRemoteCalls, measureProcess].map((measure) =>
    measure(view, registry),
  );
  return {
    render: () => registry.metrics(),
    contentType: registry.contentType,
    close() {
      for (const part of parts) part.close();
      registry.clear();
    },
  };
}
