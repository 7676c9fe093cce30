import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseContext } from '../context.ts';
import { SyncError } from '../errors.ts';
import { type Reconciled, type ReconcileOptions, reconcile } from '../reconcile.ts';
import { versionPath } from '../store/paths.ts';
import { selectVersion, type VersionChoice } from '../versions/select-version.ts';
import type { RollbackRequest } from '../versions/swap-held.ts';
import { hasSyncTables } from './queries/has-sync-tables.ts';
import { type HoldRow, readHold } from './queries/read-hold.ts';
import { readInstalledPacks } from './queries/read-installed-packs.ts';
import { readVersions } from './queries/read-versions.ts';

export interface RollbackOptions
  extends Pick<ReconcileOptions, 'who' | 'lockTimeoutMs' | 'skipDependencies' | 'skipTests' | 'confirm' | 'onPlan'> {
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
  const { knex } = context.database;
  const hold = (await hasSyncTables(context.database)) ? await readHold(knex, ref) : null;
  const pack = await findManaged(context, ref, hold);
  const versions = await listChoices(context, ref, hold);
  const { isInstalled, current, ...installed } = pack;
  const to = selectVersion({ ref, versions, current, isInstalled, heldBack: hold?.digest ?? null }, wished);
  return reconcile(context, { ...run, cause: 'rollback', targets: [ref], rollback: { ref, to, installed, why } });
}

/** What is held back where the source does not answer, and the content from which it goes back. */
interface Managed extends Pick<RollbackRequest['installed'], 'version' | 'digest' | 'commit'> {
  readonly isInstalled: boolean;
  /** Digest. */
  readonly current: string;
}

/** A pack that was removed while a rollback was in force can go back as well: else nothing would end that. */
async function findManaged({ config, database }: DatabaseContext, ref: string, hold: HoldRow | null): Promise<Managed> {
  const recorded = await hasSyncTables(database);
  const [pack] = await readInstalledPacks(database.knex, { recorded, ref });
  if (pack === undefined) {
    if (hold !== null) {
      const { version, digest, commit, toDigest } = hold;
      return { version, digest, commit, isInstalled: false, current: toDigest };
    }
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
  if (manager !== config.name) {
    throw new SyncError('managed-by-another', `${ref} belongs to the manager ${manager}, not to ${config.name}.`, {
      hint: `Roll it back with the configuration of ${manager}.`,
    });
  }
  const { version, source } = pack;
  return { version, digest, commit: source?.commit ?? null, isInstalled: true, current: digest };
}

async function listChoices(
  { config, database }: DatabaseContext,
  ref: string,
  hold: HoldRow | null,
): Promise<VersionChoice[]> {
  const versions = await readVersions(database.knex, ref);
  const known = await Promise.all(
    versions.map(async ({ version, digest, source, installed }) => {
      const directory = join(config.packStore.directory, versionPath(ref, version, digest));
      const isStored = await lstat(directory).then(
        (found) => found.isDirectory(),
        () => false,
      );
      // What is held back is what the source gives, or the rollback is over.
      const available = isStored || source.commit !== null || digest === hold?.digest;
      return { version, digest, source, installed, available };
    }),
  );
  if (hold === null || known.some(({ digest }) => digest === hold.digest)) return known;
  // It was held back before it was ever installed.
  const { version, digest, commit, since } = hold;
  const source = { type: 'directory', url: '', ref: null, commit, path: null } as const;
  return [...known, { version, digest, source, installed: since.toISOString(), available: true }];
}
