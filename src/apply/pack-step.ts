import type { Actual, RecordedSource } from '../actual/actual.ts';
import type { WantedPack } from '../desired/desired.ts';
import type { PackChange } from '../plan/plan.ts';

/** Everything that applying one pack needs. */
export interface PackStep {
  readonly change: PackChange;
  readonly wanted: WantedPack;
  /** Where the content came from: of content that is installed already, the source that brought it (design §7). */
  readonly source: RecordedSource;
  readonly manager: string;
  readonly packStore: string;
  /** Config values set aside earlier, which this change may give back. */
  readonly preserved: Actual['preserved'];
}
