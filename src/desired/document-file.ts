import type { TestPolicy } from '../config/config.ts';
import type { GitFile } from '../config/config-file.ts';
import type { JsonObject } from '../json.ts';

/** A document as its schema lets it through. */
export interface DocumentFile {
  readonly kind: 'Pack';
  readonly ref: string;
  /** Without one only where `state` is `unmanaged`. */
  readonly source?: { readonly directory?: string; readonly git?: GitFile };
  readonly state?: 'managed' | 'unmanaged';
  readonly checksum?: string;
  readonly config?: JsonObject;
  readonly enabled?: Readonly<Record<string, boolean>>;
  readonly prune?: boolean;
  readonly tests?: TestPolicy;
  readonly buildScripts?: boolean;
  readonly suspend?: { readonly reason: string; readonly by?: string; readonly until?: string };
}
