import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readlink, rename, rm, rmdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Knex } from 'knex';
import type { Context } from '../../context.ts';
import type { Writer } from '../../database/database.ts';
import { makeDirectories } from '../../store/make-directories.ts';
import { sweepAbandoned } from '../../store/make-staging.ts';
import { stagingDirectory, versionedLink } from '../../store/paths.ts';
import { removeTrees, type StuckTree } from '../../store/remove-trees.ts';
import { notePath } from '../../store/version-note.ts';
import type { SweptVersion } from './choose-swept.ts';
import { binPrefix, planSweep, type Sweep } from './plan-sweep.ts';

export interface SweepOptions {
  /** Whoever asks wants to see what nobody recorded, too. */
  readonly isShown?: boolean;
  /** Writes history in the transaction that forgets the versions. */
  readonly record?: (transaction: Knex.Transaction, swept: readonly SweptVersion[]) => Promise<void>;
}

/**
 * Deletes superseded and never installed versions from the pack store, environments that nothing leads to, and what killed runs left. Must run
 * under the writer lock. Cut off anywhere, nothing is half there: a directory is moved into staging before it is forgotten,
 * and deleted after that.
 */
export async function sweepStore(
  context: Context,
  writer: Writer,
  { isShown = false, record }: SweepOptions = {},
): Promise<Sweep> {
  const choice = await writer.transaction((transaction) => planSweep(context, transaction, isShown));
  const store = context.config.packStore.directory;
  const parent = join(store, stagingDirectory);
  tellStuck(context, [...(await removeLeftovers(parent)), ...(await sweepAbandoned(parent))]);
  const left = choice.environments.filter(({ goes }) => goes);
  const never = choice.neverInstalled.filter(({ goes }) => goes);
  if (choice.swept.length + left.length + never.length === 0) return choice;
  const bin = join(parent, `${binPrefix}${randomUUID()}`);
  await makeDirectories(parent);
  await mkdir(bin, { mode: 0o700 });
  for (const [index, version] of choice.swept.entries()) await throwAway(store, version, join(bin, String(index)));
  for (const [index, { path }] of never.entries()) await throwAwayFiles(store, path, join(bin, `never-${index}`));
  // After the versions that led to them, so that no link ever leads to nothing.
  for (const [index, { path }] of left.entries()) await moveAway(join(store, path), join(bin, `environment-${index}`));
  if (choice.swept.length > 0) {
    await writer.transaction(async (transaction) => {
      await forgetVersions(transaction, choice.swept);
      await record?.(transaction, choice.swept);
    });
  }
  for (const { path } of [...choice.swept, ...never]) await rmdir(dirname(join(store, path))).catch(() => {});
  tellStuck(context, await removeTrees([bin]));
  return choice;
}

/** Its own link first, so that none ever leads to nothing. */
async function throwAway(store: string, { pack, version, path }: SweptVersion, bin: string): Promise<void> {
  const link = join(store, versionedLink(pack, version));
  if ((await readlink(link).catch(() => null)) === path) await unlink(link);
  await throwAwayFiles(store, path, bin);
}

/** The note last: it shows the next sweep that what a killed one left is ours. */
async function throwAwayFiles(store: string, path: string, bin: string): Promise<void> {
  await moveAway(join(store, path), bin);
  await rm(notePath(join(store, path)), { force: true });
}

async function moveAway(path: string, bin: string): Promise<void> {
  await rename(path, bin).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

async function forgetVersions(transaction: Knex.Transaction, swept: readonly SweptVersion[]): Promise<void> {
  await transaction.raw(
    `DELETE FROM attune_sync.version v USING jsonb_to_recordset(?::jsonb) AS r(pack text, digest text)
      WHERE v.pack = r.pack AND v.digest = r.digest AND v.superseded IS NOT NULL`,
    [JSON.stringify(swept.map(({ pack, digest }) => ({ pack, digest })))],
  );
}

/** Of a sweep that was killed: whoever has the lock is the only one who sweeps. */
async function removeLeftovers(parent: string): Promise<readonly StuckTree[]> {
  const names = await readdir(parent).catch(() => []);
  return removeTrees(names.filter((name) => name.startsWith(binPrefix)).map((name) => join(parent, name)));
}

/** By name, which no other run gives again: what cannot be removed is told of once, and not by every sweep of a daemon. */
const told = new Set<string>();

function tellStuck({ log }: Context, stuck: readonly StuckTree[]): void {
  const fresh = stuck.filter(({ name }) => !told.has(name));
  if (fresh.length === 0) return;
  for (const { name } of fresh) told.add(name);
  const said = fresh.map(({ name, code }) => `${stagingDirectory}/${name} (${code})`).join(', ');
  log.warn(
    `What earlier runs left in the pack store could not be removed and takes up disk until you remove it: ${said}`,
  );
}
