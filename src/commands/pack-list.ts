import type { DatabaseContext } from '../context.ts';
import { inspectAttune } from '../database/inspect-attune.ts';
import { nameSourceType } from './name-source-type.ts';
import { hasSyncTables } from './queries/has-sync-tables.ts';
import { type InstalledPackRow, readInstalledPacks } from './queries/read-installed-packs.ts';

export interface PackListOptions {
  /** `git`, `directory`, …, or as Attune records it. */
  readonly sourceType?: string;
  readonly manager?: string;
  /** Only packs that no inventory recorded. */
  readonly unmanaged?: boolean;
}

export interface PackListEntry {
  readonly ref: string;
  readonly version: string;
  /** Null: unmanaged. */
  readonly manager: string | null;
  readonly sourceType: string | null;
  readonly commit: string | null;
  readonly installedAt: Date | null;
}

/** Every pack in Attune, by ref. Reads only. @throws SyncError those of `inspectAttune` */
export async function packList(context: DatabaseContext, options: PackListOptions): Promise<PackListEntry[]> {
  const { knex } = context.database;
  await inspectAttune(context.database);
  const rows = await readInstalledPacks(knex, { recorded: await hasSyncTables(context.database) });
  return selectPacks(rows, options);
}

/** What a list asks for of every pack in Attune; pure. */
export function selectPacks(rows: readonly InstalledPackRow[], options: PackListOptions): PackListEntry[] {
  const sourceType = nameSourceType(options.sourceType ?? null);
  return rows
    .filter((row) => sourceType === null || nameSourceType(row.sourceType) === sourceType)
    .filter((row) => options.manager === undefined || row.manager === options.manager)
    .filter((row) => options.unmanaged !== true || row.manager === null)
    .map((row) => ({
      ref: row.ref,
      version: row.version,
      manager: row.manager,
      sourceType: nameSourceType(row.sourceType),
      commit: row.source?.commit ?? commitIn(row.sourceRef),
      installedAt: row.installedAt,
    }));
}

/** Attune keeps a resolved commit only where the ref given was one. */
function commitIn(ref: string | null): string | null {
  return ref !== null && /^[0-9a-f]{40}$/.test(ref) ? ref : null;
}
