import type { JsonObject } from '../../json.ts';

/** Where a document says that the content of an exported pack comes from. */
export type ExportedSource =
  | {
      readonly type: 'git';
      readonly url: string;
      /** The pack's directory in the repository; '' is its root. */
      readonly path: string;
      readonly commit: string;
      /** What was followed when it was installed, where that is known and no commit. */
      readonly followed: string | null;
    }
  /** Absolute. */
  | { readonly type: 'directory'; readonly path: string }
  /** The installed files themselves, written beside the documents. `from` is where they are now. */
  | { readonly type: 'copy'; readonly from: string };

/** A value that a document cannot hold: the environment gives it. */
export interface Variable {
  readonly name: string;
  /** Below `config`, dotted. */
  readonly key: string;
}

/** One installed pack as a document will describe it. */
export interface ExportedPack {
  readonly ref: string;
  readonly version: string;
  /** Null: unmanaged. */
  readonly manager: string | null;
  readonly source: ExportedSource;
  /** How it came to be installed, where the source does not say so: a sentence without its full stop. */
  readonly origin: string | null;
  /** Values over the pack's defaults; secrets are `{ fromEnv }`. */
  readonly config: JsonObject;
  readonly variables: readonly Variable[];
  /** Keys of config that stay a person's, and why. */
  readonly left: readonly { readonly key: string; readonly why: string }[];
  readonly enabled: Readonly<Record<string, boolean>>;
  /** False: never removed automatically. */
  readonly prune: boolean;
  /** Rows that people made, `kind ref`: no document describes them. */
  readonly people: readonly string[];
  /** Files in the pack's directory that are people's: they are not part of the pack. */
  readonly peopleFiles: readonly string[];
}

/** A file to be written, relative to the directory of the export. */
export interface ExportedFile {
  readonly path: string;
  readonly text: string;
}

export type ExportedConfig = Pick<ExportedPack, 'config' | 'variables' | 'left'>;
