import type { RecordedSource } from '../actual/actual.ts';
import type { ResolvedSource } from '../desired/desired.ts';

/** A source as the inventory keeps it. */
export function recordSource(source: ResolvedSource): RecordedSource {
  return source.type === 'directory'
    ? { type: 'directory', url: source.path, ref: null, commit: null, path: null }
    : { type: 'git', url: source.url, ref: source.ref, commit: source.commit, path: source.path };
}
