import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Knex } from 'knex';
import type { PackContent } from '../packs/content.ts';
import { noFiles, readLinks, recordedLinks } from '../store/read-links.ts';
import { findLeftoverLinks } from '../store/remove-links.ts';
import type { Actual, Hanging, InstalledPack, RecordedPack, Unfinished } from './actual.ts';
import { readRecordedColumns } from './known-columns.ts';
import { loadAttached } from './load-attached.ts';
import { loadComponents } from './load-components.ts';
import { loadFound } from './load-found.ts';
import { loadHanging } from './load-hanging.ts';
import { type Inventory, loadInventory } from './load-inventory.ts';
import { loadPacks } from './load-packs.ts';
import { loadRuntimes } from './load-runtimes.ts';
import { loadSafeguards } from './load-safeguards.ts';
import { loadSetAside } from './load-set-aside.ts';
import { loadUnfinished } from './load-unfinished.ts';
import { readSnapshot } from './read-snapshot.ts';
import { type LoadedComponents, type RowMemory, recallRows } from './row-memory.ts';
import { whatToCheck } from './what-to-check.ts';

export interface ActualOptions {
  readonly manager: string;
  /** Absolute path of the pack store. */
  readonly packStore: string;
  /** Desired packs: their rows are read whole, as are those of every pack the manager has installed. */
  readonly wanted: readonly string[];
  /** All packs that the desired state names, wanted or not: for the others nothing holds them but what still runs. */
  readonly named: ReadonlySet<string>;
  /** Unfinished executions that began longer ago hold up no removal; null: all do. */
  readonly drainMs: number | null;
  /** Entry files that the source of a desired pack lacks, relative to it, by ref. */
  readonly missingEntries?: ReadonlyMap<string, readonly string[]>;
  /** As `loadHolds` read them in the same transaction: what is desired depends on them. */
  readonly holds: Actual['holds'];
  /** What this Attune does not have, as `inspectAttune` found it. */
  readonly missing: Actual['missing'];
  /** The inventory's tables are there; before the first apply they are not. */
  readonly hasInventory: boolean;
  /** The content of the desired packs, by ref: of what it says nothing is read that Postgres can compare. */
  readonly contents?: ReadonlyMap<string, PackContent>;
  /** The pack store is on another machine: files count as they are recorded. */
  readonly withoutStore?: boolean;
  /** Files of packs whose content stays and that were as published no longer ago are not looked at again; 0 where not given. */
  readonly filesRecentMs?: number;
  /** Of an inventory that is there: what it holds and is still so is not read again. */
  readonly memory?: RowMemory;
}

/**
 * What is installed now: Attune's rows, our inventory and the links of the pack store. Only reads.
 *
 * @param transaction reads must be of one moment: a repeatable read transaction
 */
export async function loadActual(transaction: Knex.Transaction, options: ActualOptions): Promise<Actual> {
  const memory = options.hasInventory ? options.memory : undefined;
  const recall = memory === undefined ? undefined : await recallRows(transaction, memory, options.missing);
  const read = await loadInventory(transaction, { ...options, ...(recall === undefined ? {} : { recall }) });
  const own = ownOf(read, options);
  const interest = [...new Set([...options.wanted, ...own.map(({ ref }) => ref)])];
  const isHere = options.withoutStore !== true;
  // While Postgres compares rows, there is time to look at files.
  const [found, files] = await Promise.all([
    loadComponents(transaction, interest, options.missing, read.settled, recall),
    isHere ? readLinks(options.packStore, own, whatToCheck(own, options)) : recordedLinks(own),
  ]);
  if (memory !== undefined && recall !== undefined) {
    const { missing } = options;
    const { settled, recorded } = read;
    memory.rows = { ...recall.now, missing, interest: new Set(interest), settled, recorded, found };
  }
  const inventory = { ...read, packs: await withRecorded(transaction, read, found) };
  const rows = await loadPacks(transaction, inventory.packs);
  const attached = await loadAttached(transaction);
  const leftovers = own.map(({ ref }) => ref).filter((ref) => !options.named.has(ref));
  const unfinished = await loadUnfinished(transaction, leftovers, options.drainMs);
  const hanging = await loadHanging(transaction, [...leftovers, ...findLosing(own, options)], options.missing);
  const packs = rows.map((row): [string, InstalledPack] => [
    row.ref,
    {
      ...row,
      recorded: inventory.packs.get(row.ref) ?? null,
      attached: attached.get(row.ref) ?? [],
      ...withLeftover(unfinished.get(row.ref), hanging.get(row.ref)),
      files: {
        ...(files.get(row.ref) ?? noFiles),
        moved: isHere && row.installation.storagePath !== join(options.packStore, row.ref),
      },
    },
  ]);
  const known = new Set([...rows.map(({ ref }) => ref), ...inventory.packs.keys()]);
  return {
    snapshot: await readSnapshot(transaction),
    manager: options.manager,
    packs: new Map(packs),
    recorded: withoutRow(ownOf(inventory, options), new Set(rows.map(({ ref }) => ref))),
    components: found.components,
    runtimes: await loadRuntimes(transaction, options.missing),
    overrides: inventory.overrides,
    preserved: inventory.preserved,
    setAside: await loadSetAside(transaction, options),
    leftoverLinks: isHere ? await findLeftoverLinks(options.packStore, known) : [],
    holds: options.holds,
    secretKey: inventory.secretKey ?? randomBytes(32).toString('hex'),
    lastEntries: inventory.lastRun?.entries ?? {},
    lastSignature: inventory.lastRun?.signature ?? null,
    safeguards: await loadSafeguards(transaction, options),
    ...(isHere ? await loadFound(rows, inventory.packs, options) : {}),
    missing: options.missing,
  };
}

function ownOf({ packs }: Pick<Inventory, 'packs'>, { manager }: ActualOptions): readonly RecordedPack[] {
  return [...packs.values()].filter((pack) => pack.manager === manager);
}

/** Packs whose content lacks components that are recorded. */
function findLosing(own: readonly RecordedPack[], { contents }: ActualOptions): readonly string[] {
  return own.flatMap(({ ref, digest, components }) => {
    const content = contents?.get(ref);
    if (content === undefined || content.digest === digest) return [];
    const has = new Set(content.components.map((one) => `${one.kind} ${one.ref}`));
    return components.some((one) => !has.has(`${one.kind} ${one.ref}`)) ? [ref] : [];
  });
}

/** Of components whose rows are gone or not as recorded, what the inventory really holds. */
function withRecorded(
  transaction: Knex.Transaction,
  { packs, settled }: Inventory,
  { components, differing }: LoadedComponents,
): Promise<Inventory['packs']> {
  const gone = [...settled.packs].flatMap((ref) =>
    (packs.get(ref)?.components ?? []).filter((one) => components.get(one.kind)?.has(one.ref) !== true),
  );
  const unsure = [...gone, ...differing].map(({ kind, ref }) => ({ kind, ref }));
  return readRecordedColumns(transaction, packs, unsure);
}

function withLeftover(
  unfinished: Unfinished | undefined,
  hanging: readonly Hanging[] | undefined,
): Pick<InstalledPack, 'unfinished' | 'hanging'> {
  return { ...(unfinished === undefined ? {} : { unfinished }), ...(hanging === undefined ? {} : { hanging }) };
}

function withoutRow(own: readonly RecordedPack[], refs: ReadonlySet<string>): readonly RecordedPack[] {
  return own.filter(({ ref }) => !refs.has(ref));
}
