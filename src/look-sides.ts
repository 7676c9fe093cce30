import type { Knex } from 'knex';
import type { Actual } from './actual/actual.ts';
import { loadActual } from './actual/load-actual.ts';
import { loadHolds } from './actual/load-holds.ts';
import type { RowMemory } from './actual/row-memory.ts';
import type { DatabaseContext } from './context.ts';
import { describeErrors } from './database/describe-errors.ts';
import { inspectAttune } from './database/inspect-attune.ts';
import { syncSchemaVersion } from './database/migrate.ts';
import type { Desired } from './desired/desired.ts';
import { listMissingEntries } from './packs/list-missing-entries.ts';
import { namedBy } from './plan/named-by.ts';
import { type RollbackRequest, swapHeld } from './versions/swap-held.ts';

/** Both sides, not compared yet. */
export interface Sides {
  /** Each pack that was rolled back at the version it was rolled back to. */
  readonly desired: Desired;
  readonly actual: Actual;
}

export interface SidesOptions {
  /** A pack to go back to an earlier version, and to stay there until its source gives something else. */
  readonly rollback?: RollbackRequest;
  /** The pack store is on another machine: files count as they are recorded. */
  readonly withoutStore?: boolean;
  /** In milliseconds: published files that were looked at no longer ago, of packs whose content stays, are not again. */
  readonly filesRecentMs?: number;
  /** Rows that this process read before; what is still so is not read again. */
  readonly memory?: RowMemory;
}

/** What was read, and that it was read in, for more of the same moment. */
export interface Reading extends Sides {
  readonly transaction: Knex.Transaction;
  readonly missing: Actual['missing'];
  /** The inventory's tables are there; before the first apply they are not. */
  readonly hasInventory: boolean;
}

/** What of the desired side decides which rows and files are read. */
export function scopeOf(desired: Desired) {
  const missing = desired.packs.map(
    ({ ref, content }) => [ref, listMissingEntries(content).map(({ path }) => path)] as const,
  );
  return {
    wanted: desired.packs.map(({ ref }) => ref),
    named: namedBy(desired),
    missingEntries: new Map(missing.filter(([, paths]) => paths.length > 0)),
    contents: new Map(desired.packs.map(({ ref, content }) => [ref, content])),
  };
}

/** Reads the actual side for a desired one, all of one moment. @returns what `use` makes of it, before that moment is over */
export async function readSides<T>(
  context: DatabaseContext,
  given: Desired,
  options: SidesOptions,
  use: (reading: Reading) => T | Promise<T>,
): Promise<T> {
  const { config, database } = context;
  const { missing } = await inspectAttune(database);
  const hasInventory = (await syncSchemaVersion(database)) !== null;
  const read = async (transaction: Knex.Transaction): Promise<T> => {
    const holds = await loadHolds(transaction, { manager: config.name, hasInventory });
    const desired = await swapHeld(context, given, holds, options.rollback);
    const actual = await loadActual(transaction, {
      manager: config.name,
      packStore: config.packStore.directory,
      ...scopeOf(desired),
      drainMs: config.sync.drainMs,
      holds,
      missing,
      hasInventory,
      withoutStore: options.withoutStore === true,
      filesRecentMs: options.filesRecentMs ?? 0,
      ...(options.memory === undefined ? {} : { memory: options.memory }),
    });
    return use({ desired, actual, transaction, missing, hasInventory });
  };
  return describeErrors(database, () =>
    database.knex.transaction(read, { isolationLevel: 'repeatable read', readOnly: true }),
  );
}
