import { lstatSync } from 'node:fs';
import { lstat, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SyncError } from '../errors.ts';
import { acquireLock } from '../lock-file.ts';
import { makeDirectories } from '../store/make-directories.ts';
import { formatDuration } from '../text/format-duration.ts';
import { type BuildJob, buildEnvironment } from './build-environment.ts';
import type { Builder } from './builder.ts';
import type { Recipe } from './environment.ts';
import { beforeSuffix, environmentPath, lockPath } from './paths.ts';
import { isInPlace, readMark } from './read-mark.ts';
import { removeTree } from './remove-tree.ts';

export interface EnsureOptions extends BuildJob {
  /** It was found to be broken although it is marked as whole. */
  readonly isBroken: boolean;
}

/**
 * Makes sure that an environment is there and whole. Of several processes that want it one builds it, and the others
 * wait for that; nothing that is whole is ever changed.
 *
 * @returns `found` where somebody had built it
 * @throws SyncError those of `buildEnvironment`, and `environment-locked`
 */
export async function ensureEnvironment(builder: Builder, options: EnsureOptions): Promise<'built' | 'found'> {
  const { config, signal, now } = builder.context;
  const { recipe, isBroken } = options;
  const store = config.packStore.directory;
  const wantedMs = now().getTime();
  if (!isBroken && builtMs(store, recipe) !== null) return 'found';
  const place = join(store, environmentPath(recipe.key));
  const lock = join(store, lockPath(recipe.key));
  for (const path of [place, lock]) await makeDirectories(dirname(path));
  const timeoutMs = 2 * config.environments.timeoutMs + 60_000;
  const explain = (holder: string) => locked(place, holder, timeoutMs);
  const unlock = await acquireLock(lock, { timeoutMs, signal, explain });
  try {
    const found = builtMs(store, recipe);
    if (found !== null && (!isBroken || found > wantedMs)) return 'found';
    if (signal.aborted) throw new SyncError('aborted', 'The run was ended before it was done', { retry: 'soon' });
    await replaceEnvironment(builder, options, place);
    return 'built';
  } finally {
    await unlock();
  }
}

/** When it was built, in milliseconds since 1970; null where it is not there, not whole, or not where it was built. */
function builtMs(store: string, { key, config }: Recipe): number | null {
  const mark = readMark(store, key);
  // Without a mark what stands there can be anything, where nothing can be looked up.
  if (mark === null || !isInPlace(store, mark)) return null;
  const directory = join(store, environmentPath(key), config.environment?.directory ?? '');
  const isThere = lstatSync(directory, { throwIfNoEntry: false })?.isDirectory() === true;
  return isThere ? Date.parse(mark.builtAt) : null;
}

/** What is broken may still be good for something: it comes back where nothing better can be built. */
async function replaceEnvironment(builder: Builder, job: BuildJob, place: string): Promise<void> {
  const before = `${place}${beforeSuffix}`;
  if (readMark(builder.context.config.packStore.directory, job.recipe.key) !== null) {
    await removeTree(before);
    await rename(place, before);
  } else await removeTree(place);
  try {
    await buildEnvironment(builder, job, place);
  } catch (error) {
    await removeTree(place);
    if ((await lstat(before).catch(() => null)) !== null) await rename(before, place);
    throw error;
  }
  await removeTree(before);
}

function locked(place: string, holder: string, timeoutMs: number): SyncError {
  return new SyncError('environment-locked', `${place} is being built by ${holder} for ${formatDuration(timeoutMs)}`, {
    hint: 'Try again when that process has ended, or see what it does.',
    retry: 'soon',
  });
}
