import type { KindName } from '../packs/kinds.ts';

/** What of the desired side tells which rows and fields decide the change of one pack. */
export interface FingerprintScope {
  readonly pack: string;
  /** Keys of `pack.config` that the document or the pack's files name. */
  readonly keys: readonly string[];
  /** What its content defines, as `[kind, ref]`; nothing for a pack that goes. */
  readonly components: readonly (readonly [KindName, string])[];
  /** What its components name and it does not define itself; a runtime also goes by a name. */
  readonly targets: readonly (readonly [kind: KindName, ref: string, name: string | null])[];
}

/** The rows and fields that decide the change of one pack, at one moment. */
export interface Fingerprint {
  /** 64 hex over all of them. */
  readonly digest: string;
  /** The first 16 hex of each one's own digest, by what it is: `action jira.close`, `config base_url`. */
  readonly parts: Readonly<Record<string, string>>;
}

/** Which database this is, so that what was planned for one is not applied to another. */
export interface DatabaseIdentity {
  readonly name: string;
  /** Attune's schema. */
  readonly schema: string;
  /** Comes with this tool's own tables; null before they are there. */
  readonly id: string | null;
  /** The id of the pack store that belongs to it; null before the first apply. */
  readonly store: string | null;
}
