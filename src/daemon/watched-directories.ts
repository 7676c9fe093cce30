import type { DesiredEntry } from '../config/config.ts';
import type { Desired } from '../desired/desired.ts';

/** The directories that hold documents. */
export function desiredDirectories(entries: readonly DesiredEntry[]): readonly string[] {
  return entries.flatMap((entry) => (entry.type === 'directory' ? [entry.directory] : []));
}

/** The directories that documents name as sources, sorted; those of a git entry are in its commit, not on this disk. */
export function sourceDirectories(desired: Desired, entries: readonly DesiredEntry[]): readonly string[] {
  const onDisk = new Set(entries.flatMap(({ type, name }) => (type === 'directory' ? [name] : [])));
  const paths = [...desired.packs, ...desired.unreadable].flatMap(({ document: { source, entry } }) =>
    source.type === 'directory' && onDisk.has(entry) ? [source.path] : [],
  );
  return [...new Set(paths)].sort();
}
