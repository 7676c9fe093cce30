import type { Problem } from '../errors.ts';
import type { Action, ContentVersion, Reason } from '../plan/plan.ts';

/** How the tests of a pack ended before its change, or that a person had them skipped. */
export type ChangeTests =
  | { readonly outcome: 'skipped' }
  | {
      readonly outcome: 'passed' | 'failed';
      readonly total: number;
      readonly passed: number;
      readonly failed: number;
      readonly skipped: number;
      readonly durationMs: number;
      /** Without a full stop; null where they passed. */
      readonly why: string | null;
    };

/** What became of one pack in a run. `skipped`: a pack it needs was not applied, or the run was stopped before it. */
export interface PackResult {
  readonly ref: string;
  readonly action: Action | null;
  readonly reason: Reason | null;
  readonly outcome: 'applied' | 'blocked' | 'failed' | 'skipped' | 'unreadable';
  readonly from: ContentVersion | null;
  readonly to: ContentVersion | null;
  /** Why it was not applied; where it was, at most warnings. */
  readonly problems: readonly Problem[];
  /** Trying again may help by itself. */
  readonly retry: boolean;
  readonly durationMs: number;
  /** It failed before, and nothing moved since: it was not tried in this run. Left out where it was. */
  readonly untried?: true;
  /** Left out where there were none to run. */
  readonly tests?: ChangeTests;
}

/** What a run did: one entry for every pack that changed or should have. */
export interface RunResult {
  readonly outcome: 'applied' | 'unchanged' | 'blocked' | 'failed';
  readonly packs: readonly PackResult[];
  /** Of documents and entries. */
  readonly problems: readonly Problem[];
  readonly unchanged: number;
  readonly durationMs: number;
  /** The recorded run; null where there was nothing to record (design §2.7). */
  readonly run: string | null;
}
