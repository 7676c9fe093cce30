import type { TestPolicy } from '../../config/config.ts';
import type { PackTesting } from '../../packs/content.ts';

/** Tests of a pack, as they stand in a plan. */
export interface ToldTests {
  /** In the order of the file. */
  readonly runners: readonly { readonly name: string; readonly type: string }[];
  /** What the pack says of those that fail. */
  readonly onFailure: PackTesting['onFailure'];
  /** Of the document, else the configuration, and stronger than the pack. */
  readonly policy: TestPolicy;
}
