import { readWaiting } from '../announcements/read-waiting.ts';
import type { DatabaseContext } from '../context.ts';
import { inspectAttune } from '../database/inspect-attune.ts';
import { SyncError } from '../errors.ts';
import { findEmptied } from '../plan/removals/plan-removals.ts';
import { findMismatch } from '../store/store-id.ts';
import { warnOfCopies } from '../store/warn-of-copies.ts';
import { buildStatus, type Status } from './build-status.ts';
import { listApprovals } from './list-approvals.ts';
import { hasSyncTables } from './queries/has-sync-tables.ts';
import { readDegraded } from './queries/read-degraded.ts';
import { readEnvironments } from './queries/read-environments.ts';
import { readHolds } from './queries/read-hold.ts';
import { readInstalledPacks } from './queries/read-installed-packs.ts';
import { readLastRun } from './queries/read-last-run.ts';
import { readOrphans } from './queries/read-orphans.ts';
import { readRestarts } from './queries/read-restarts.ts';
import { readSuspensions } from './queries/read-suspensions.ts';
import { readFetchedDocuments } from './read-fetched-documents.ts';
import type { LocalDocuments } from './read-local-documents.ts';
import { listStated } from './suspensions/list-stated.ts';

/**
 * The state of every pack this manager is concerned with, or of one. Reads only; works before the first apply.
 * @throws SyncError `unknown-pack` where the one asked for is neither desired nor installed by this manager, and those
 * of `inspectAttune`
 */
export async function status(
  context: DatabaseContext,
  options: LocalDocuments & { readonly ref?: string; readonly asker?: string },
): Promise<Status> {
  const { knex } = context.database;
  const manager = context.config.name;
  const { missing } = await inspectAttune(context.database);
  const recorded = await hasSyncTables(context.database);
  const last = recorded ? await readLastRun(knex, manager) : null;
  const mismatch = await findMismatch(context.config.packStore.directory, context.database);
  const packs = await readInstalledPacks(knex, { recorded });
  const places = packs.filter((pack) => pack.manager === manager).map(({ storagePath }) => storagePath);
  const fetched = await readFetchedDocuments(context);
  const full = buildStatus({
    manager,
    ...(options.asker === undefined ? {} : { asker: options.asker }),
    documents: options.documents,
    mentioned: [...options.mentioned, ...fetched.flatMap(({ mentioned }) => mentioned)],
    packs,
    last,
    orphans: await readOrphans(knex),
    degraded: recorded ? await readDegraded(knex) : [],
    approvals: await listApprovals(context),
    holds: recorded ? await readHolds(knex) : [],
    suspensions: listStated(
      context,
      [...options.documents, ...fetched.flatMap(({ documents }) => documents)],
      recorded ? await readSuspensions(knex, manager) : [],
      packs.map(({ ref }) => ref),
    ),
    environments: await readEnvironments(
      context,
      packs.filter((pack) => pack.manager === manager),
      missing,
    ),
    restarts: recorded ? await readRestarts(knex, manager) : [],
    announcements: await readWaiting(knex, manager),
    problems: [
      ...options.problems,
      ...fetched.flatMap(({ problems }) => problems),
      ...findEmptied(options, { lastEntries: last?.entries ?? {} }),
      ...(mismatch?.problems ?? []),
      ...(await warnOfCopies(context.config.packStore.directory, places)),
    ],
  });
  if (options.ref === undefined) return full;
  const chosen = full.packs.filter(({ ref }) => ref === options.ref);
  if (chosen.length > 0) return { ...full, packs: chosen };
  throw new SyncError('unknown-pack', `Pack ${options.ref} is neither desired nor installed by manager ${manager}.`, {
    hint: '`attune-sync pack list` shows every pack in Attune.',
  });
}
