import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, readlink, rename, rm, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Knex } from 'knex';
import type { Context } from '../../context.ts';
import type { Writer } from '../../database/database.ts';
import { makeDirectories } from '../../store/make-directories.ts';
import { isAbandoned, sweepAbandoned } from '../../store/make-staging.ts';
import { stagingDirectory, versionedLink, versionPath } from '../../store/paths.ts';
import { notePath } from '../../store/version-note.ts';
import { chooseEnvironments, type LeftEnvironment } from './choose-environments.ts';
import { chooseSwept, type KeptVersion, type SweepChoice, type SweepFacts, type SweptVersion } from './choose-swept.ts';
import { holdsOthersWork } from './holds-others-work.ts';
import { readEnvironments } from './read-environments.ts';
import { readStoreLinks, readStoreVersions, readSweepFacts } from './read-sweep-facts.ts';

/** What stands in staging: a run is using it, or was killed. */
interface Leftover {
  /** Relative to the pack store. */
  readonly path: string;
  /** Nobody can be using it any more. */
  readonly goes: boolean;
}

export interface Sweep extends SweepChoice {
  /** By path; empty where nobody wants to see it. */
  readonly staging: readonly Leftover[];
  /** Environments that nothing leads to, by path. */
  readonly environments: readonly LeftEnvironment[];
}

/**
 * What may go from the pack store now, and what may not, and why. Reads only; the store only where something may go.
 *
 * @param isShown whoever asks wants to see what nobody recorded, too
 */
export async function planSweep(context: Context, knex: Knex, isShown: boolean): Promise<Sweep> {
  const known = await readSweepFacts(context, knex);
  if (!isShown && chooseSwept(known).swept.length === 0) {
    const environments = chooseEnvironments(await readEnvironments(context, new Set()));
    return { ...chooseSwept(known), unknown: [], staging: [], environments };
  }
  const facts = {
    ...known,
    links: await readStoreLinks(context.config.packStore.directory),
    directories: await readStoreVersions(context, knex),
  };
  const choice = chooseSwept(facts);
  const store = context.config.packStore.directory;
  const swept: SweptVersion[] = [];
  const precious: KeptVersion[] = [];
  for (const version of choice.swept) {
    const hasWork = await holdsOthersWork(
      join(store, version.path),
      version.digest,
      findSuccessor(store, version, facts),
    );
    if (hasWork) precious.push({ ...version, why: 'it holds files of others that are nowhere else' });
    else swept.push(version);
  }
  const staging = isShown ? await readLeftovers(store) : [];
  const going = new Set(swept.map(({ path }) => path));
  const environments = chooseEnvironments(await readEnvironments(context, going));
  return { ...choice, swept, kept: [...choice.kept, ...precious].sort(byPath), staging, environments };
}

export interface SweepOptions {
  /** Whoever asks wants to see what nobody recorded, too. */
  readonly isShown?: boolean;
  /** Writes history in the transaction that forgets the versions. */
  readonly record?: (transaction: Knex.Transaction, swept: readonly SweptVersion[]) => Promise<void>;
}

/**
 * Deletes superseded versions from the pack store, environments that nothing leads to, and what killed runs left. Must run under the writer
 * lock. Cut off anywhere, nothing is half there: a directory is moved into staging before it is forgotten, and deleted
 * after that.
 */
export async function sweepStore(
  context: Context,
  writer: Writer,
  { isShown = false, record }: SweepOptions = {},
): Promise<Sweep> {
  const choice = await writer.transaction((transaction) => planSweep(context, transaction, isShown));
  const store = context.config.packStore.directory;
  const parent = join(store, stagingDirectory);
  await removeLeftovers(parent);
  await sweepAbandoned(parent);
  const left = choice.environments.filter(({ goes }) => goes);
  if (choice.swept.length + left.length === 0) return choice;
  const bin = join(parent, `${binPrefix}${randomUUID()}`);
  await makeDirectories(parent);
  await mkdir(bin, { mode: 0o700 });
  for (const [index, version] of choice.swept.entries()) await throwAway(store, version, join(bin, String(index)));
  // After the versions that led to them, so that no link ever leads to nothing.
  for (const [index, { path }] of left.entries()) await moveAway(join(store, path), join(bin, `environment-${index}`));
  if (choice.swept.length > 0) {
    await writer.transaction(async (transaction) => {
      await forgetVersions(transaction, choice.swept);
      await record?.(transaction, choice.swept);
    });
  }
  for (const { pack } of choice.swept) await rmdir(join(store, '.versions', pack)).catch(() => {});
  await rm(bin, { recursive: true, force: true });
  return choice;
}

const binPrefix = 'swept-';

/** Where a version's files went on to: the directory in use, else that of the version that was last. */
function findSuccessor(store: string, { pack, path }: SweptVersion, { links, versions }: SweepFacts): string | null {
  const current = links.get(pack);
  if (current?.startsWith(`.versions/${pack}/`)) return join(store, current);
  const others = versions.filter((one) => one.pack === pack);
  const last = others.toSorted((one, other) => timeOf(other.supersededMs) - timeOf(one.supersededMs))[0];
  const found = last === undefined ? null : versionPath(last.pack, last.version, last.digest);
  return found === null || found === path ? null : join(store, found);
}

function timeOf(supersededMs: number | null): number {
  return supersededMs ?? Number.MAX_SAFE_INTEGER;
}

/** Its own link first, so that none ever leads to nothing. */
async function throwAway(store: string, { pack, version, path }: SweptVersion, bin: string): Promise<void> {
  const link = join(store, versionedLink(pack, version));
  if ((await readlink(link).catch(() => null)) === path) await unlink(link);
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

/** As `removeLeftovers` and `sweepAbandoned` judge it. */
async function readLeftovers(store: string): Promise<readonly Leftover[]> {
  const leftovers: Leftover[] = [];
  for (const name of (await readdir(join(store, stagingDirectory)).catch(() => [])).sort()) {
    const path = join(stagingDirectory, name);
    const found = await lstat(join(store, path)).catch(() => null);
    if (found !== null) leftovers.push({ path, goes: name.startsWith(binPrefix) || isAbandoned(found.mtimeMs) });
  }
  return leftovers;
}

/** Of a sweep that was killed: whoever has the lock is the only one who sweeps. */
async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent).catch(() => [])) {
    if (name.startsWith(binPrefix)) await rm(join(parent, name), { recursive: true, force: true });
  }
}

function byPath(one: { readonly path: string }, other: { readonly path: string }): number {
  return one.path < other.path ? -1 : 1;
}
