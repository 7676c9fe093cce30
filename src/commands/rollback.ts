import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseContext } from '../context.ts';
import { SyncError } from '../errors.ts';
import { type Reconciled, type ReconcileOptions, reconcile } from '../reconcile.ts';
import { versionPath } from '../store/paths.ts';
import { selectVersion, type VersionChoice } from '../versions/select-version.ts';
import { hasSyncTables } from './queries/has-sync-tables.ts';
import { readHold } from './queries/read-hold.ts';
import { type InstalledPackRow, readInstalledPacks } from './queries/read-installed-packs.ts';
import { readVersions } from './queries/read-versions.ts';

export interface RollbackOptions extends Pick<ReconcileOptions, 'who' | 'lockTimeoutMs' | 'confirm' | 'onPlan'> {
  readonly ref: string;
  /** A version, or the first digits of a commit or digest; without it the version before. */
  readonly to?: string;
  /** Stands in plans, `status` and history. */
  readonly why?: string;
}

/**
 * Takes a pack back to a version that was installed before, by the same planner and apply as everything else, and holds
 * what its source gives until that is something else.
 *
 * @throws SyncError `unknown-pack`, `not-managed`, `managed-by-another`, those of `selectVersion` and of `reconcile`
 */
export async function rollback(context: DatabaseContext, options: RollbackOptions): Promise<Reconciled> {
  const { ref, to: wished, why = null, ...run } = options;
  const pack = await findManaged(context, ref);
  const versions = await listChoices(context, ref);
  const hold = await readHold(context.database.knex, ref);
  const to = selectVersion({ ref, versions, current: pack.digest, heldBack: hold?.digest ?? null }, wished);
  const installed = { version: pack.version, digest: pack.digest, commit: pack.source?.commit ?? null };
  return reconcile(context, { ...run, cause: 'rollback', targets: [ref], rollback: { ref, to, installed, why } });
}

async function findManaged(
  { config, database }: DatabaseContext,
  ref: string,
): Promise<InstalledPackRow & { readonly digest: string }> {
  const recorded = await hasSyncTables(database);
  const [pack] = await readInstalledPacks(database.knex, { recorded, ref });
  if (pack === undefined) {
    throw new SyncError('unknown-pack', `Attune has no pack ${ref}.`, {
      hint: '`attune-sync pack list` shows every pack in Attune.',
    });
  }
  const { manager, digest } = pack;
  if (manager === null || digest === null) {
    throw new SyncError(
      'not-managed',
      `${ref} was not installed by Attune Sync, so it knows no earlier version of it.`,
      {
        hint: 'Name it in a document to have it managed from now on.',
      },
    );
  }
  if (manager === config.name) return { ...pack, digest };
  throw new SyncError('managed-by-another', `${ref} belongs to the manager ${manager}, not to ${config.name}.`, {
    hint: `Roll it back with the configuration of ${manager}.`,
  });
}

async function listChoices({ config, database }: DatabaseContext, ref: string): Promise<VersionChoice[]> {
  const versions = await readVersions(database.knex, ref);
  return Promise.all(
    versions.map(async ({ version, digest, source, installed }) => {
      const directory = join(config.packStore.directory, versionPath(ref, version, digest));
      const isStored = await lstat(directory).then(
        (found) => found.isDirectory(),
        () => false,
      );
      return { version, digest, source, installed, available: isStored || source.commit !== null };
    }),
  );
}
