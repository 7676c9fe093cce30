import type { EnvironmentFacts } from '../environments/facts/facts.ts';
import type { Json } from '../json.ts';
import type { KindName } from '../packs/kinds.ts';
import type { Concealed } from '../secret.ts';
import type { FoundFiles } from '../store/read-found.ts';
import type { InstalledFiles } from '../store/read-links.ts';
import type { Safeguards } from './safeguards.ts';

/** A row of a component's table, as far as it can be a link's target or hold links. Every pack's, ad-hoc and unmanaged too. */
export interface ComponentRow {
  readonly kind: KindName;
  /** bigint, as text. */
  readonly id: string;
  readonly ref: string;
  readonly packRef: string | null;
  /** The id in the column `pack`; left out for runtime versions, which have none. */
  readonly pack?: string | null;
  readonly adhoc: boolean;
  /** Of a runtime: its name, by which Attune also finds it. */
  readonly name?: string;
  /** The id in each link column. */
  readonly links: Readonly<Record<string, string | null>>;
  /** The text in each ref column (`action_ref`, …). */
  readonly refs: Readonly<Record<string, string | null>>;
  /** The switch; only for kinds that have one. */
  readonly enabled?: boolean;
  /** Columns of class *pack* by name; empty for rows that no pack of this manager can define. */
  readonly columns: Readonly<Record<string, Json>>;
}

/** A runtime as it is in Attune, whosever it is: what code runs in, and how that is built. */
export interface RuntimeRow {
  readonly ref: string;
  /** For people, and what Attune's workers call its environments after. */
  readonly name: string;
  readonly packRef: string | null;
  /** `execution_config`. */
  readonly config: Json;
  readonly distributions: Json;
  /** In the order of their rows. */
  readonly versions: readonly RuntimeVersionRow[];
}

export interface RuntimeVersionRow {
  readonly version: string;
  readonly isDefault: boolean;
  /** False where somebody found that it is not there. */
  readonly available: boolean;
  /** `execution_config`: whole, in place of that of the runtime. */
  readonly config: Json;
}

/** What the inventory says of one component: what we wrote, and what its switch was when we last looked. */
export interface RecordedComponent {
  readonly kind: KindName;
  readonly ref: string;
  readonly id: string;
  readonly columns: Readonly<Record<string, Json>>;
  /** By link column, the ref it was resolved to, or null where nothing was found. */
  readonly names: Readonly<Record<string, string | null>>;
  readonly enabled: boolean | null;
}

/** What the inventory says of one pack. */
export interface RecordedPack {
  readonly ref: string;
  readonly manager: string;
  readonly version: string;
  readonly digest: string;
  readonly source: RecordedSource;
  readonly prune: boolean;
  /** The manager that transferred it to this one; gone once a document of this one has been applied to it. */
  readonly givenBy?: string;
  /** Last values we wrote to the columns of class *pack*. */
  readonly columns: Readonly<Record<string, Json>>;
  /** Last value of each top-level key of `pack.config` that we wrote or saw, secrets as digests. */
  readonly config: Readonly<Record<string, Json>>;
  /** Keys of `pack.config` that the document decided when we last wrote. */
  readonly documentKeys: readonly string[];
  readonly components: readonly RecordedComponent[];
}

export interface RecordedSource {
  readonly type: 'directory' | 'git';
  readonly url: string;
  readonly ref: string | null;
  readonly commit: string | null;
  readonly path: string | null;
}

/** One pack as installed: Attune's row, our record of it, and its files. */
export interface InstalledPack {
  readonly ref: string;
  readonly id: string;
  readonly columns: Readonly<Record<string, Json>>;
  readonly config: Readonly<Record<string, Concealed>>;
  /** Attune's installation metadata (seed 000). */
  readonly installation: {
    readonly sourceType: string | null;
    readonly sourceUrl: string | null;
    readonly sourceRef: string | null;
    readonly checksum: string | null;
    /** The content was compared with a checksum that somebody gave. */
    readonly isVerified?: boolean;
    readonly storagePath: string | null;
    readonly method: string | null;
  };
  /** Null where no inventory recorded it: unmanaged. */
  readonly recorded: RecordedPack | null;
  /** What people attached to it, counted: shown as kept. */
  readonly attached: readonly Attached[];
  /** Executions that its removal waits for; looked for only where it is no longer desired. */
  readonly unfinished?: Unfinished;
  /** What else goes with it or its components; looked for only where it is no longer desired, or may lose components. */
  readonly hanging?: readonly Hanging[];
  readonly files: InstalledFiles;
}

export interface Unfinished {
  readonly count: number;
  /** When the oldest of them began. */
  readonly since: Date;
}

/** How many of something hang on a component or pack, which a reinstall keeps. */
export interface Attached {
  readonly what: 'key' | 'webhook key' | 'permission assignment' | 'unfinished execution';
  /** The component or pack it hangs on. */
  readonly kind: KindName | 'pack';
  readonly ref: string;
  readonly count: number;
}

/** How many rows that are set aside with a component or pack that goes hang on it, beside what `Attached` counts. */
export interface Hanging {
  /** As `SetAside.kind` will say it: `settings`, `webhook`, or a table. */
  readonly what: string;
  readonly kind: KindName | 'pack';
  readonly ref: string;
  readonly count: number;
}

/** A value a person set and no document decides, recorded when first seen. */
export interface Override {
  readonly pack: string;
  /** 'pack' for a key of its config, else the component's kind. */
  readonly kind: KindName | 'pack';
  readonly ref: string;
  /** 'enabled' or the config key. */
  readonly field: string;
  /** Secrets as digests. */
  readonly value: Json;
  /** Of a config key, the value itself; undefined where none is kept. */
  readonly plain?: Concealed;
  /** Of a config key, the id of the pack's row it was seen in: where that has another by now, somebody made it anew. */
  readonly packId?: string;
  /** Of a config key: the pack has no default for it. */
  readonly own?: boolean;
}

/** A value the document replaced and that returns when the key leaves the document. */
export interface Preserved {
  readonly id: string;
  readonly kind: string;
  readonly ref: string;
  readonly field: string | null;
  readonly value: Concealed;
}

/** Rows set aside when what they belonged to was removed, waiting for its ref to return. */
export interface SetAside {
  readonly pack: string;
  /** A kind of component, for a row of its own; `webhook`; or the table of what hung on something. */
  readonly kind: string;
  /** Of the component; of what hung on something, the ref of that. */
  readonly ref: string;
  /** Of a key: `pack`, `action` or `sensor`; of settings, the kind of their component. */
  readonly owner: string | null;
  readonly adhoc: boolean;
  /** By link column, the refs of what a component led to. */
  readonly needs: readonly { readonly column: string; readonly ref: string }[];
  readonly count: number;
  /** Of the oldest. */
  readonly since: Date;
}

/** A content that was installed once: what a rollback can go back to. */
export interface KnownVersion {
  readonly version: string;
  readonly digest: string;
  readonly source: RecordedSource;
}

/** A rollback in force. */
export interface Hold {
  readonly pack: string;
  /** What the source gave, and is held back until it gives something else. */
  readonly digest: string;
  readonly version: string;
  readonly commit: string | null;
  /** What is wanted instead; null where nothing is known of that content any more. */
  readonly to: KnownVersion | null;
  readonly who: string;
  readonly why: string | null;
  /** ISO 8601. */
  readonly since: string;
}

/** What is installed now. */
export interface Actual {
  /** Postgres's name for the moment of the reading: while it is the same, no transaction that writes has ended. */
  readonly snapshot: string;
  readonly manager: string;
  /** Every pack in Attune, by ref. */
  readonly packs: ReadonlyMap<string, InstalledPack>;
  /** Packs that the inventory has and Attune does not: somebody deleted their rows behind our back. */
  readonly recorded: readonly RecordedPack[];
  /** Every component in Attune, by kind and ref. */
  readonly components: ReadonlyMap<KindName, ReadonlyMap<string, ComponentRow>>;
  /** Every runtime in Attune, by ref. */
  readonly runtimes: ReadonlyMap<string, RuntimeRow>;
  readonly overrides: readonly Override[];
  readonly preserved: readonly Preserved[];
  readonly setAside: readonly SetAside[];
  /** Packs that are gone although links of ours still lead to their files, sorted. */
  readonly leftoverLinks: readonly string[];
  /** By pack, of this manager's packs. */
  readonly holds: ReadonlyMap<string, Hold>;
  /** Key of the HMAC that stands for secrets (design §5). */
  readonly secretKey: string;
  /** Documents each entry gave in the last recorded run. */
  readonly lastEntries: Readonly<Record<string, number>>;
  /** What did not go well in the last recorded run, as a digest; null before the first. */
  readonly lastSignature: string | null;
  readonly safeguards: Safeguards;
  /** What others left in the pack store of desired packs that are not recorded, by ref. */
  readonly found?: ReadonlyMap<string, FoundFiles>;
  /** Entry files that a desired pack's source lacks and others put into its directory, by ref. */
  readonly shipped?: ReadonlyMap<string, ReadonlySet<string>>;
  /** What packs run in, as this machine and the pack store have it; left out where environments are not built here. */
  readonly environments?: EnvironmentFacts;
  /** Names of links of ours that lead Attune's workers to environments although none is built here any more, by pack. */
  readonly leftWorkerLinks?: ReadonlyMap<string, readonly string[]>;
  /** Kinds and columns that this Attune does not have (an older one has no runtime_version). */
  readonly missing: { readonly kinds: readonly KindName[]; readonly columns: readonly string[] };
}
