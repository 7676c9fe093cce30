import type { Writer } from '../database/database.ts';
import { versionPath } from '../store/paths.ts';

/**
 * Where the files of packs were before they were removed, by ref, relative to the pack store: what others put beside
 * them is theirs when the pack returns. A version that was swept since is not there any more; nothing was in it then.
 */
export async function readLastVersions(writer: Writer, packs: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (packs.length === 0) return new Map();
  const { rows } = await writer.transaction(
    async (transaction) =>
      (await transaction.raw(
        `SELECT DISTINCT ON (pack) pack, version, digest FROM attune_sync.version
          WHERE pack = ANY(?::text[]) AND superseded IS NOT NULL ORDER BY pack, superseded DESC`,
        [[...packs]],
      )) as { rows: { pack: string; version: string; digest: string }[] },
  );
  return new Map(rows.map(({ pack, version, digest }) => [pack, versionPath(pack, version, digest)]));
}
