import type { Override } from '../actual/actual.ts';
import type { DatabaseContext } from '../context.ts';
import { inspectAttune } from '../database/inspect-attune.ts';
import { SyncError } from '../errors.ts';
import { nameSourceType } from './name-source-type.ts';
import { hasSyncTables } from './queries/has-sync-tables.ts';
import { type EnvironmentRow, readEnvironments } from './queries/read-environments.ts';
import { type HoldRow, readHold } from './queries/read-hold.ts';
import { type InstalledPackRow, readInstalledPacks } from './queries/read-installed-packs.ts';
import { type LastTest, readLastTest } from './queries/read-last-test.ts';
import { type OrphanRow, readOrphans } from './queries/read-orphans.ts';
import { readOverrides } from './queries/read-overrides.ts';
import { type ComponentEntry, readPackComponents } from './queries/read-pack-components.ts';
import { type PackRunRow, readPackRuns } from './queries/read-pack-runs.ts';
import { readVersions, type VersionRow } from './queries/read-versions.ts';

const shownRuns = 5;

/** All that is known about one pack. */
export interface PackDetails {
  readonly pack: InstalledPackRow;
  readonly components: readonly ComponentEntry[];
  /** What its code runs in, as far as it is built here. */
  readonly environments: readonly EnvironmentRow[];
  /** How its tests ended last, or null. */
  readonly lastTest: LastTest | null;
  readonly orphans: readonly OrphanRow[];
  readonly overrides: readonly Override[];
  /** The rollback it is held by, or null. */
  readonly hold: HoldRow | null;
  /** Contents it was installed with, newest first. */
  readonly versions: readonly VersionRow[];
  /** Newest first. */
  readonly runs: readonly PackRunRow[];
}

/**
 * Reads only.
 *
 * @param listDesired refs that documents name; asked only where Attune has no such pack
 * @throws SyncError `not-installed` where a document names it, else `unknown-pack`, where Attune has no such pack, and
 * those of `inspectAttune`
 */
export async function packShow(
  context: DatabaseContext,
  ref: string,
  listDesired: () => Promise<readonly string[]> = async () => [],
): Promise<PackDetails> {
  const { knex } = context.database;
  const { missing } = await inspectAttune(context.database);
  const recorded = await hasSyncTables(context.database);
  const [pack] = await readInstalledPacks(knex, { recorded, ref });
  if (pack === undefined) {
    if ((await listDesired()).includes(ref)) {
      throw new SyncError('not-installed', `A document names ${ref}, and it is not installed.`, {
        hint: `\`attune-sync status ${ref}\` shows why.`,
      });
    }
    throw new SyncError('unknown-pack', `Attune has no pack ${ref}.`, {
      hint: '`attune-sync pack list` shows every pack in Attune, and `attune-sync status` those that are desired.',
    });
  }
  return {
    pack: { ...pack, sourceType: nameSourceType(pack.sourceType) },
    components: await readPackComponents(knex, { pack: ref, recorded }),
    environments: (await readEnvironments(context, [pack], missing)).get(ref) ?? [],
    lastTest: await readLastTest(knex, ref),
    orphans: await readOrphans(knex, ref),
    overrides: recorded ? await readOverrides(knex, ref) : [],
    hold: recorded ? await readHold(knex, ref) : null,
    versions: recorded ? await readVersions(knex, ref) : [],
    runs: recorded ? await readPackRuns(knex, ref, shownRuns) : [],
  };
}
