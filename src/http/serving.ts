import type { DaemonView } from '../daemon/daemon-view.ts';
import type { Metrics } from '../metrics/collect-metrics.ts';

/** What a route works with. */
export interface Serving {
  readonly view: DaemonView;
  /** Of this program; stands in the OpenAPI document. */
  readonly version: string;
  readonly metrics: Metrics;
}
