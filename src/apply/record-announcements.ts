import { join } from 'node:path';
import type { Knex } from 'knex';
import type { Actual } from '../actual/actual.ts';
import { findAnnounced } from '../announcements/find-announced.ts';
import { writeAnnouncements } from '../announcements/write-announcements.ts';
import type { Context } from '../context.ts';
import type { PackContent } from '../packs/content.ts';
import type { PackChange } from '../plan/plan.ts';
import { versionPath } from '../store/paths.ts';
import { endRestarts, recordRestarts } from './record-restarts.ts';

interface Applied {
  readonly change: PackChange;
  /** As it was before the change. */
  readonly actual: Actual;
  /** What is installed from now on; null where the pack goes. */
  readonly content: Pick<PackContent, 'version' | 'digest'> | null;
  /** Refs of rules, of whatever pack, that the change gave an action or trigger back. */
  readonly relinked: readonly string[];
}

/**
 * Writes what Attune's services are to hear of a change, in its transaction, and which sensors run on as they were
 * because they do not.
 */
export async function recordAnnouncements(
  transaction: Knex.Transaction,
  { config }: Pick<Context, 'config'>,
  { change, actual, content, relinked }: Applied,
): Promise<void> {
  await recordRestarts(transaction, change, config.name);
  if (config.messageQueue === undefined) return;
  const announced = findAnnounced(change, actual);
  if (announced === null && relinked.length === 0) return;
  const { ref } = change;
  const directory =
    content === null ? null : join(config.packStore.directory, versionPath(ref, content.version, content.digest));
  await endRestarts(transaction, ref, announced?.sensors ?? []);
  const nothing = { pack: ref, registered: false, rules: [], sensors: [], triggers: [] };
  await writeAnnouncements(transaction, announced ?? nothing, { manager: config.name, directory, relinked });
}
