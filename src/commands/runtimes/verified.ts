import type { Verdict } from '../../environments/verification/verify.ts';

/** What was found of a runtime, or of a version of it. */
export interface Verified extends Verdict {
  readonly runtime: string;
  /** Null: the runtime itself. */
  readonly version: string | null;
  /** Of the version's row. */
  readonly id: string | null;
  readonly pack: string | null;
  /** As the row said; null of a runtime itself, which keeps nothing. */
  readonly before: { readonly available: boolean; readonly verifiedAt: Date | null } | null;
}
