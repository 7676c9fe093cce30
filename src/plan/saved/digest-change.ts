import type { ContentVersion, PackChange } from '../plan.ts';
import { digestWithoutSecrets } from './digest-json.ts';

/**
 * Digest of what applying a change would write. What it is told with, keeps, relinks and is blocked by does not count:
 * a rule that a person adds decides nothing, and what blocked may be lifted by an approval.
 */
export function digestChange(change: PackChange): string {
  const {
    reason,
    from,
    to,
    after: _after,
    keeps: _keeps,
    relinks: _relinks,
    orphans: _orphans,
    blocks: _blocks,
    degraded: _degraded,
    warnings: _warnings,
    ...written
  } = change;
  return digestWithoutSecrets({ ...written, reason: reason.code, from: contentOf(from), to: contentOf(to) });
}

/** The same content may come from several commits. */
function contentOf(version: ContentVersion | null): object | null {
  return version === null ? null : { version: version.version, digest: version.digest };
}
