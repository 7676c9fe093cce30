import type { GitRef, SuspendSettings, TestPolicy } from '../config/config.ts';
import type { Position, Problem } from '../errors.ts';
import type { PackContent } from '../packs/content.ts';
import type { Concealed } from '../secret.ts';
import type { ResolvedSource } from '../sources/resolved-source.ts';

export type { ResolvedSource } from '../sources/resolved-source.ts';

/** Where a document says that its pack's content comes from. */
export type DocumentSource =
  /** Absolute path on this machine. */
  | { readonly type: 'directory'; readonly path: string }
  /** `path` is the pack's directory in the repository, without leading or trailing slash; '' is its root. */
  | { readonly type: 'git'; readonly url: string; readonly ref: GitRef; readonly path: string };

/** One `kind: Pack` document, checked by its schema (design §4). */
export interface PackDocument {
  readonly ref: string;
  readonly source: DocumentSource;
  /** 64 lower-case hex; any other content is refused. */
  readonly checksum?: string;
  /** Over the pack's defaults. `fromEnv` and `fromFile` are resolved; every secret is a Secret. */
  readonly config: Readonly<Record<string, Concealed>>;
  /** Switches of components, by component ref. */
  readonly enabled: Readonly<Record<string, boolean>>;
  /** Undefined where the document does not say. */
  readonly prune?: boolean;
  /** Undefined where the configuration decides. */
  readonly tests?: TestPolicy;
  /** Packages that npm installs may run their own scripts. */
  readonly buildScripts?: boolean;
  /** Nothing of the pack is written for the time being; `where` is that of its key. */
  readonly suspend?: SuspendSettings & { readonly where: Position };
  /** The entry of `desiredState` it came from, by name. */
  readonly entry: string;
  readonly where: Position;
  /** Where each key below `config` stands, by its dotted path (`server.port`); of `config` itself by ''. */
  readonly configPlaces?: Readonly<Record<string, Place>>;
}

/** A `kind: Pack` document with `state: unmanaged`: the pack stays as it is, installed or not, and is nobody's. */
export interface UnmanagedDocument {
  readonly ref: string;
  /** The entry of `desiredState` it came from, by name. */
  readonly entry: string;
  readonly where: Position;
}

/** A position with its source line. */
export interface Place {
  readonly where: Position;
  readonly excerpt: string;
}

/** What a rollback holds back: `version` is what the source gives, or gave when it last answered. */
export interface HeldBack {
  readonly version: string;
  readonly digest: string;
  readonly commit: string | null;
  /** ISO 8601, and who asked for it; null: asked for just now. */
  readonly since: string | null;
  readonly who: string | null;
  readonly why: string | null;
}

/** The desired side of one pack. */
export interface WantedPack {
  readonly ref: string;
  readonly document: PackDocument;
  readonly source: ResolvedSource;
  readonly content: PackContent;
  /** Directory that holds exactly this content now, where reading it needed one; the writer may move it away. */
  readonly staged?: string;
  /** `source` and `content` are those of an earlier version, which a rollback keeps in place of this. */
  readonly held?: HeldBack;
}

/** A pack that is desired but whose content could not be had: it stays as installed. */
export interface UnreadablePack {
  readonly ref: string;
  readonly document: PackDocument;
  readonly problems: readonly Problem[];
  /** True where trying again may help by itself (a remote did not answer). */
  readonly retry: boolean;
}

/** Everything that should be installed, its sources resolved to exact content. */
export interface Desired {
  readonly packs: readonly WantedPack[];
  readonly unreadable: readonly UnreadablePack[];
  /** Of entries and documents: what could not be read, what is invalid, what is declared twice; and warnings. */
  readonly problems: readonly Problem[];
  /** Refs whose documents say `state: unmanaged`: installed or not, nothing is done to them; sorted. */
  readonly unmanaged: readonly string[];
  /** Where the valid documents stand, by ref. */
  readonly places?: Readonly<Record<string, Position>>;
  /** Refs that an invalid document still names: they count as desired. */
  readonly mentioned: readonly string[];
  /** Every entry was read and every document is valid: only then does a pack's absence mean anything (design §2.5). */
  readonly complete: boolean;
  /** How many documents each entry gave. */
  readonly entries: readonly { readonly name: string; readonly documents: number }[];
}
