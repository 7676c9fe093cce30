import type { ApprovedChange } from '../actual/safeguards.ts';
import type { PackEnvironment } from '../environments/environment.ts';
import type { Position, Problem } from '../errors.ts';
import type { Json } from '../json.ts';
import type { KindName } from '../packs/kinds.ts';
import type { ToldTests } from './tests/told-tests.ts';

export type Action = 'install' | 'reinstall' | 'configure' | 'repair' | 'adopt' | 'remove' | 'forget';

export type ReasonCode =
  | 'not-installed'
  | 'version-changed'
  | 'forced'
  | 'content-changed'
  | 'rolled-back'
  | 'config-changed'
  | 'row-drifted'
  | 'files-drifted'
  | 'environment-changed'
  | 'environment-broken'
  | 'reference-found'
  | 'installed-by-another'
  | 'transferred'
  | 'override-dropped'
  | 'not-desired'
  | 'unmanaged'
  | 'set-aside-restored'
  | 'set-aside-dropped'
  | 'runtimes-verified'
  | 'sensors-restarted'
  | 'asked';

export interface Reason {
  readonly code: ReasonCode;
  /** Without a full stop: `1.0.0 → 1.1.0`, `content changed in abc1234 by Ada`. */
  readonly sentence: string;
}

/** The exact content on one side of a change. */
export interface ContentVersion {
  readonly version: string;
  /** 64 hex, or null where it is not known (another installed it). */
  readonly digest: string | null;
  readonly commit: string | null;
}

/** One value that changes. Secrets stand as digests. */
export interface FieldChange {
  /** A column, `enabled`, or `config.<key>`. */
  readonly field: string;
  readonly before: Json;
  readonly after: Json;
  /** `changed`: the desired value moved; `drifted`: the row was changed behind our back; `resolved`: what it names is there now. */
  readonly why: 'changed' | 'drifted' | 'resolved';
}

/** A link as it will be written: the row is looked up by ref when it is, since it may be created in the same run. */
export interface ResolvedName {
  readonly kind: KindName;
  /** Null where nothing answers to the name: an orphaned rule, a degraded action. */
  readonly ref: string | null;
  /** The ref as the pack's file says it; goes into the link's ref column where nothing answers. Null: it names nothing. */
  readonly written: string | null;
}

/** One row of a change, complete enough to be written without looking at the desired state again. */
export interface ComponentChange {
  readonly op: 'create' | 'update' | 'delete' | 'record';
  readonly kind: KindName;
  readonly ref: string;
  /** bigint as text; null where the row is created, and where a deleted one is not there to be deleted any more. */
  readonly id: string | null;
  /** What a reader sees; empty for create and delete, where the whole row is meant. */
  readonly fields: readonly FieldChange[];
  /** The columns to write: all of them for `create`, those that differ for `update`, none for `delete` and `record`. */
  readonly set: Readonly<Record<string, Json>>;
  /** The links to write, by link column, likewise. */
  readonly links: Readonly<Record<string, ResolvedName>>;
  /** The row does not say that it is this pack's: its `pack` and `pack_ref` are to be written. */
  readonly owner?: true;
  /** The switch to write; undefined where it stays as it is. */
  readonly enabled?: boolean;
}

/** The inventory's row for a component after the change; what `RecordedComponent` will read back. */
export interface ComponentRecord {
  readonly kind: KindName;
  readonly ref: string;
  readonly columns: Readonly<Record<string, Json>>;
  readonly names: Readonly<Record<string, string | null>>;
  readonly enabled: boolean | null;
}

/** An override that appeared (a person switched something) or ended (the document decides now). */
export interface OverrideChange {
  readonly op: 'record' | 'end';
  readonly pack: string;
  readonly kind: KindName | 'pack';
  readonly ref: string;
  readonly field: string;
  readonly value: Json;
  /** A config key that the pack has no default for. */
  readonly own?: true;
}

/** Something a change keeps, relinks, leaves orphaned or is blocked by, for people to read. */
export interface Note {
  /** Stable, kebab-case: `adhoc-rule`, `webhook-key`, `orphaned-rule`, `foreign-component`, … */
  readonly code: string;
  readonly sentence: string;
  /** The rows meant, `kind ref`, sorted. */
  readonly rows: readonly string[];
}

/** The change of one pack. It is serialisable, so that applying it can be somebody else's job. */
export interface PackChange {
  readonly action: Action;
  readonly ref: string;
  readonly reason: Reason;
  readonly from: ContentVersion | null;
  readonly to: ContentVersion | null;
  /** The pack's own row: columns to write and, apart from them, keys of `config`. */
  readonly pack: {
    readonly id: string | null;
    readonly set: Readonly<Record<string, Json>>;
    readonly fields: readonly FieldChange[];
    /** Keys of `config` to write: where the value comes from; plain values never stand in a plan. */
    readonly config: readonly ConfigWrite[];
  };
  /** In write order: creates and updates by kind, then deletes in reverse. */
  readonly components: readonly ComponentChange[];
  /** The inventory of the pack's components after the change, where any of it differs from what is recorded. */
  readonly records: readonly ComponentRecord[];
  readonly overrides: readonly OverrideChange[];
  /** Inventory of the pack's row after the change. */
  readonly record: {
    readonly columns: Readonly<Record<string, Json>>;
    readonly config: Readonly<Record<string, Json>>;
    readonly documentKeys: readonly string[];
    readonly prune: boolean;
  } | null;
  /** The pack's files must be published or its links switched. */
  readonly files: boolean;
  /** Published files and links that others changed, and what becomes of them; left out where there are none. */
  readonly drifted?: readonly Note[];
  /** What the pack's code runs in, all of it; left out where it needs none, or none is built here. */
  readonly environments?: readonly PackEnvironment[];
  /** The tests that its new content brings; left out where it brings none, where none comes, and where a person skips them. */
  readonly tests?: ToldTests;
  /** Packs that must be applied before this one in the same run, sorted. */
  readonly after: readonly string[];
  readonly keeps: readonly Note[];
  /** What was set aside earlier and comes back with this change. */
  readonly restores: readonly Note[];
  readonly relinks: readonly Note[];
  readonly orphans: readonly Note[];
  /** Sensors that run on as they were, because nobody tells the service that runs them; left out where there are none. */
  readonly restarts?: readonly Note[];
  /** Not empty: the change is blocked and nothing of this pack is written. */
  readonly blocks: readonly Note[];
  /** What packs need that would block it, and a person has skipped; left out where there is none. */
  readonly skipped?: readonly Note[];
  /** Whose word let it through although a safeguard held it back; null where none was needed. */
  readonly approval: { readonly id: string; readonly who: string; readonly why: string | null } | null;
  /** Components whose entry file or runtime is missing: installed, but cannot run. */
  readonly degraded: readonly string[];
  readonly warnings: readonly Problem[];
  /** A rollback that begins with this change, or one that ends with it. */
  readonly hold?: HoldChange;
}

export type HoldChange =
  | {
      readonly op: 'begin';
      /** What is held back. */
      readonly digest: string;
      readonly version: string;
      readonly commit: string | null;
      readonly toDigest: string;
      readonly why: string | null;
    }
  | {
      readonly op: 'end';
      /** What is not held back any more. */
      readonly heldBack: ContentVersion;
    };

/** A pack that was rolled back and stays so until its source gives something else. */
export interface HeldPack {
  readonly pack: string;
  /** What is wanted. */
  readonly at: ContentVersion;
  /** What the source gives and nobody installs. */
  readonly heldBack: ContentVersion;
  /** ISO 8601; null: asked for by this very plan, and so is `who`. */
  readonly since: string | null;
  readonly who: string | null;
  readonly why: string | null;
}

export type ConfigWrite =
  | { readonly key: string; readonly from: 'document' | 'default'; readonly preserve: boolean }
  | { readonly key: string; readonly from: 'preserved'; readonly preserved: string }
  /** Of the override as it was recorded before this change. */
  | { readonly key: string; readonly from: 'override' }
  | { readonly key: string; readonly from: 'nothing' };

/** A suspension in force: nothing of what it is about is written. */
export interface ActiveSuspension {
  /** Null: all packs. */
  readonly pack: string | null;
  /** Where it stands, and so where it is ended. */
  readonly by: 'command' | 'document' | 'configuration' | 'window';
  readonly reason: string;
  /** Null where its file does not say. */
  readonly who: string | null;
  /** ISO 8601; null where its file does not say. */
  readonly since: string | null;
  /** ISO 8601; null: it does not end by itself. */
  readonly until: string | null;
  /** Null of what was said by command. */
  readonly where: Position | null;
}

/** A desired pack whose content could not be had. */
export interface UnreadableEntry {
  readonly ref: string;
  readonly problems: readonly Problem[];
}

/** What safeguards hold back and `attune-sync approve` would let through. */
export interface GuardedSet {
  /** 12 hex that name exactly this set. */
  readonly id: string;
  /** Why, a sentence each, without a full stop. */
  readonly why: readonly string[];
  /** By pack. */
  readonly changes: readonly ApprovedChange[];
}

export interface Plan {
  readonly formatVersion: 1;
  readonly manager: string;
  /** A person has what packs need of each other and of runtimes skipped; left out where not. */
  readonly skipsDependencies?: true;
  /** A person has the tests of packs skipped; left out where not. */
  readonly skipsTests?: true;
  /** By ref; left out where there is none. */
  readonly holds?: readonly HeldPack[];
  /** Packs that do not change otherwise and whose source gives again what they were rolled back to. */
  readonly endedHolds?: readonly string[];
  /** Those of all packs first, then by pack; left out where there is none. */
  readonly suspensions?: readonly ActiveSuspension[];
  /** In apply order. Blocked ones stand among them. */
  readonly changes: readonly PackChange[];
  /** Refs, sorted. */
  readonly unchanged: readonly string[];
  readonly unreadable: readonly UnreadableEntry[];
  /** Packs in Attune that neither a document nor an inventory names: never touched, sorted. */
  readonly unmanaged: readonly string[];
  /** Orphaned rules and degraded components of packs that do not change. */
  readonly notes: readonly Note[];
  /** Switches and config people changed in packs that do not change otherwise: recorded by the next apply. */
  readonly overrides: readonly OverrideChange[];
  /** Null where nothing waits for an approval, and in a plan of some packs only, of which no approval can be given. */
  readonly guarded: GuardedSet | null;
  /** Of documents and entries. */
  readonly problems: readonly Problem[];
}
