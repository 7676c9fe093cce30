import type { DatabaseIdentity, Fingerprint } from '../../actual/fingerprint.ts';
import type { JsonObject } from '../../json.ts';
import type { Action, ContentVersion, OverrideChange, Reason } from '../plan.ts';

/** The change of one pack, with everything that must still be as it was when the plan was made (design §8). */
export interface SavedPack {
  readonly ref: string;
  readonly action: Action;
  readonly reason: Reason;
  readonly from: ContentVersion | null;
  readonly to: ContentVersion | null;
  /** Packs whose changes must come first. */
  readonly after: readonly string[];
  /**
   * What blocked it beside safeguards, a sentence each. While there is anything, whoever read the plan read that this
   * pack stays as it is.
   */
  readonly blocks: readonly string[];
  /** Digest of what its document says, wherever that stands; null where no document names it. */
  readonly document: string | null;
  /** Digest of what would be written. */
  readonly change: string;
  /** Over the rows and fields in Postgres that decided it. */
  readonly fingerprint: Fingerprint;
}

/** What `plan --out` writes and `apply FILE` reads: `schemas/saved-plan.schema.json`. Secrets stand as digests. */
export interface SavedPlan {
  readonly formatVersion: 1;
  readonly kind: 'saved-plan';
  readonly tool: { readonly name: 'attune-sync'; readonly version: string };
  /** ISO 8601. */
  readonly created: string;
  /** `user@host`. */
  readonly createdBy: string;
  readonly manager: string;
  readonly database: Omit<DatabaseIdentity, 'store'>;
  /** The id of the pack store; null where none belonged to the database yet. */
  readonly store: string | null;
  /** The packs it was limited to; null: all. */
  readonly targets: readonly string[] | null;
  /** Packs that were to be written again whole. */
  readonly reinstall: readonly string[];
  /** What packs need of each other and of runtimes was to hold nothing back; left out where not. */
  readonly skipsDependencies?: true;
  /** Over the documents of all packs below. */
  readonly documents: string;
  /** In apply order; blocked ones stand among them: an approval may lift a safeguard, and what else blocks is said. */
  readonly packs: readonly SavedPack[];
  /** What people set in packs that do not change otherwise. */
  readonly overrides: readonly OverrideChange[];
  /** The plan as `plan --output json` shows it, for people and machines to read. */
  readonly plan: JsonObject;
  /** Digest of everything above, so that a damaged or edited file is noticed. */
  readonly checksum: string;
}
