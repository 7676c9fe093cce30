import type { ContentVersion, PackChange } from '../plan.ts';
import { digestWithoutSecrets } from './digest-json.ts';

/**
 * Digest of what applying a change would write. What it is told with, keeps, relinks and is blocked by does not count:
 * a rule that a person adds decides nothing, nor does a config key of their own, and what blocked may be lifted by an
 * approval.
 */
export function digestChange(change: PackChange): string {
  const { action, ref, reason, from, to, pack, components, records, overrides, record, files, hold } = change;
  const own = new Set(overrides.filter((override) => override.own === true).map(({ field }) => field));
  const noted = overrides.filter((override) => override.own !== true);
  const config = Object.entries(record?.config ?? {}).filter(([key]) => !own.has(key));
  const kept = record === null ? null : { ...record, config: Object.fromEntries(config) };
  return digestWithoutSecrets({
    written: { action, ref, pack, components, records, overrides: noted, record: kept, files, hold },
    reason: reason.code,
    from: contentOf(from),
    to: contentOf(to),
  });
}

/** The same content may come from several commits. */
function contentOf(version: ContentVersion | null): object | null {
  return version === null ? null : { version: version.version, digest: version.digest };
}
