import type { Knex } from 'knex';
import type { Actual, InstalledPack } from '../../actual/actual.ts';
import { loadComponents } from '../../actual/load-components.ts';
import { loadInventory } from '../../actual/load-inventory.ts';
import { loadPacks } from '../../actual/load-packs.ts';
import type { DatabaseContext } from '../../context.ts';
import { inspectAttune } from '../../database/inspect-attune.ts';
import { syncSchemaVersion } from '../../database/migrate.ts';
import { problem, SyncError } from '../../errors.ts';
import { noFiles } from '../../store/read-links.ts';

export interface Installed {
  /** By ref. */
  readonly packs: readonly InstalledPack[];
  readonly components: Actual['components'];
}

/**
 * What Attune and the inventory of every manager say of packs, at one moment. Reads only.
 *
 * @param refs only these; none: all
 * @throws SyncError `unknown-pack` with every ref that Attune does not have, and those of `inspectAttune`
 */
export async function readInstalled(context: DatabaseContext, refs: readonly string[]): Promise<Installed> {
  const { database } = context;
  const { missing } = await inspectAttune(database);
  const hasInventory = (await syncSchemaVersion(database)) !== null;
  const read = async (transaction: Knex.Transaction): Promise<Installed> => {
    const inventory = await loadInventory(transaction, { manager: context.config.name, hasInventory });
    const rows = await loadPacks(transaction, inventory.packs);
    const chosen = rows.filter(({ ref }) => refs.length === 0 || refs.includes(ref));
    refuseUnknown(refs, new Set(rows.map(({ ref }) => ref)));
    return {
      packs: chosen.map((row) => ({
        ...row,
        recorded: inventory.packs.get(row.ref) ?? null,
        attached: [],
        files: noFiles,
      })),
      components: (await loadComponents(transaction, [], missing)).components,
    };
  };
  return database.knex.transaction(read, { isolationLevel: 'repeatable read', readOnly: true });
}

function refuseUnknown(refs: readonly string[], known: ReadonlySet<string>): void {
  const unknown = refs.filter((ref) => !known.has(ref));
  if (unknown.length === 0) return;
  const problems = unknown.map((ref) =>
    problem('error', 'unknown-pack', `Attune has no pack ${ref}.`, {
      hint: '`attune-sync pack list` shows every pack in Attune.',
    }),
  );
  throw new SyncError('unknown-pack', 'Nothing was exported.', { problems });
}
