/** One change that an approval names: a removal, or what takes all or many components from a pack. */
export interface ApprovedChange {
  readonly pack: string;
  readonly action: string;
  /** Codes of the safeguards that held it back, sorted. */
  readonly guards: readonly string[];
  /** Digest of the content that goes; its version where the digest is not known. */
  readonly from: string | null;
  /** Digest of the content that comes; null for a removal. */
  readonly to: string | null;
}

/** A person's word that exactly these changes are meant (design §8): each once, until it expires. */
export interface Approval {
  /** bigint, as text. */
  readonly id: string;
  readonly who: string;
  readonly why: string | null;
  readonly expires: Date;
  readonly changes: readonly ApprovedChange[];
  /** Packs whose change was applied by it. */
  readonly used: readonly string[];
}

/** A person's word, given by command, that nothing of a pack is to be written for the time being. */
export interface Suspension {
  /** Null: all packs of the manager. */
  readonly pack: string | null;
  readonly reason: string;
  /** `user@host`, or the login and the name of the token. */
  readonly who: string;
  readonly since: Date;
  /** Null: until it is resumed. */
  readonly until: Date | null;
}

/** What decides whether a change is let through, by the clock of Postgres. */
export interface Safeguards {
  readonly now: Date;
  /** When this manager last removed a pack, by ref; the last 24 hours at least. */
  readonly removed: ReadonlyMap<string, Date>;
  /** Of this manager, oldest first; expired and used ones may be among them. */
  readonly approvals: readonly Approval[];
  /** Of this manager; expired ones may be among them. Left out where there is none. */
  readonly suspensions?: readonly Suspension[];
}
