import { posix } from 'node:path';
import type { PackContent } from './content.ts';

/** An entry file that the pack's source lacks. */
export interface MissingEntry {
  /** Of the action or sensor that names it. */
  readonly ref: string;
  /** Relative to the pack. */
  readonly path: string;
}

/** The files that `missingEntries` stands for: where Attune looks for them. */
export function listMissingEntries({ missingEntries, components }: PackContent): readonly MissingEntry[] {
  if (missingEntries.length === 0) return [];
  const missing = new Set(missingEntries);
  return components
    .filter(({ kind, ref }) => (kind === 'action' || kind === 'sensor') && missing.has(ref))
    .map(({ kind, ref, columns }) => ({
      ref,
      path: posix.normalize(posix.join(`${kind}s`, String(columns.entrypoint ?? ''))),
    }));
}
