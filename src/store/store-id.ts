import { randomUUID } from 'node:crypto';
import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Knex } from 'knex';
import type { Database, Writer } from '../database/database.ts';
import { SyncError } from '../errors.ts';
import { makeDirectories } from './make-directories.ts';
import { stagingDirectory } from './paths.ts';

const file = '.store.json';

/**
 * Makes sure that this pack store and this database belong together, so that a store that is not mounted, or
 * another database's, is never written to. Both new: they are joined, in three steps of which each can be the last.
 *
 * @throws SyncError `store-mismatch` where the two ids differ or one of them is missing
 */
export async function checkStore(store: string, writer: Writer): Promise<void> {
  const [disk, database] = [await readStoreId(store), await writer.transaction(readSettings)];
  if (database.id !== undefined && database.id === disk) return;
  const mismatch = describeMismatch(store, disk, database);
  if (mismatch !== null) throw mismatch;
  await joinStore(store, writer, disk ?? database.pending ?? randomUUID());
}

/** What `checkStore` would refuse a run for, or null; reads only. Before the first migration no store is known. */
export async function findMismatch(store: string, { knex }: Database): Promise<SyncError | null> {
  const settings = await readSettings(knex).catch(() => ({}));
  return describeMismatch(store, await readStoreId(store), settings);
}

/** Joins the pack store and the database, whatever either was joined to before. */
export async function claimStore(store: string, writer: Writer): Promise<string> {
  const id = randomUUID();
  await joinStore(store, writer, id);
  return id;
}

/** The id on disk, or null where the store has none. */
export async function readStoreId(store: string): Promise<string | null> {
  const text = await readFile(join(store, file), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    const { id } = JSON.parse(text) as { id?: unknown };
    return typeof id === 'string' ? id : '';
  } catch {
    return '';
  }
}

async function joinStore(store: string, writer: Writer, id: string): Promise<void> {
  await writer.transaction((transaction) => writeSetting(transaction, 'store_pending', id));
  await writeStoreId(store, id);
  await writer.transaction(async (transaction) => {
    await writeSetting(transaction, 'store_id', id);
    await transaction.raw(`DELETE FROM attune_sync.settings WHERE key = 'store_pending'`);
  });
}

/**
 * In staging first: what a killed run leaves there is swept. On disk before Postgres knows it: a power cut must not
 * leave a database whose store has no id.
 */
async function writeStoreId(store: string, id: string): Promise<void> {
  const staging = join(store, stagingDirectory);
  await makeDirectories(staging);
  const fresh = join(staging, `store-id-${randomUUID()}`);
  await writeFile(fresh, `${JSON.stringify({ id })}\n`, { flush: true });
  await rename(fresh, join(store, file));
  const directory = await open(store);
  await directory.sync().finally(() => directory.close());
}

interface Settings {
  readonly id?: string;
  readonly pending?: string;
}

async function readSettings(transaction: Knex): Promise<Settings> {
  const { rows } = (await transaction.raw(
    `SELECT key, value FROM attune_sync.settings WHERE key IN ('store_id', 'store_pending')`,
  )) as { rows: { key: string; value: string }[] };
  const values = new Map(rows.map(({ key, value }) => [key, value]));
  const [id, pending] = [values.get('store_id'), values.get('store_pending')];
  return { ...(id === undefined ? {} : { id }), ...(pending === undefined ? {} : { pending }) };
}

async function writeSetting(transaction: Knex.Transaction, key: string, value: string): Promise<void> {
  await transaction.raw(
    `INSERT INTO attune_sync.settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value`,
    [key, value],
  );
}

function describeMismatch(store: string, disk: string | null, { id, pending }: Settings): SyncError | null {
  if (id === disk || (id === undefined && (disk === null || disk === pending))) return null;
  return new SyncError('store-mismatch', nameMismatch(store, disk, id), {
    hint: 'Is the right directory mounted, and the right database configured? If both are, `attune-sync store claim` joins them.',
  });
}

function nameMismatch(store: string, disk: string | null, database: string | undefined): string {
  if (disk === null) return `the pack store ${store} has no id, but the database belongs to the store ${database}`;
  if (database === undefined) {
    return `the pack store ${store} belongs to another database (its id is ${disk || 'unreadable'})`;
  }
  return `the pack store ${store} has the id ${disk || '(unreadable)'}, but the database belongs to the store ${database}`;
}
