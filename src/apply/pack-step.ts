import type { Actual, RecordedSource } from '../actual/actual.ts';
import type { WantedPack } from '../desired/desired.ts';
import type { PackChange } from '../plan/plan.ts';
import type { Row, Shape } from './row-sets.ts';

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
  /** Config values that people set, as they were when the change was planned. */
  readonly overrides: Actual['overrides'];
}

/** Some columns of the pack's own row: what each is set to, and the values that travel. */
export interface PackPart extends Shape {
  readonly row: Row;
}
