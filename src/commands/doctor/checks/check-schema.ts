import type { DatabaseContext } from '../../../context.ts';
import { inspectAttune } from '../../../database/inspect-attune.ts';
import { migrationStatus } from '../../../database/migrate.ts';
import { type Finding, findingsOf, ok, warning } from '../finding.ts';

/** Attune's tables and ours, as far as the catalogue tells. */
export async function checkSchema({ database }: DatabaseContext): Promise<readonly Finding[]> {
  const both = await Promise.allSettled([inspectAttune(database), migrationStatus(database)]);
  const [attune, sync] = both;
  return [
    ...(attune.status === 'rejected' ? findingsOf(attune.reason) : tellAttune(database.schema, attune.value.missing)),
    ...(sync.status === 'rejected' ? findingsOf(sync.reason) : [tellSync(sync.value)]),
  ];
}

function tellAttune(schema: string, missing: { kinds: readonly string[]; columns: readonly string[] }): Finding[] {
  const older = [...missing.kinds, ...missing.columns];
  const without = older.length === 0 ? '' : ` It is an older one, without ${older.join(', ')}, which will do.`;
  return [ok(`Schema ${schema} has the tables of Attune.${without}`)];
}

function tellSync({ applied, pending }: { applied: readonly string[]; pending: readonly string[] }): Finding {
  if (pending.length === 0) return ok(`Schema attune_sync is up to date (${applied.at(-1)}).`);
  const hint = '`attune-sync migrate` brings it up to date; apply and daemon do so by themselves.';
  if (applied.length === 0) return warning('schema-older', 'Schema attune_sync is not there yet.', hint);
  return warning('schema-older', `Schema attune_sync lacks ${pending.join(', ')}: plan and status refuse it.`, hint);
}
