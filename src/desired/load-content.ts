import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Context } from '../context.ts';
import { type Problem, SyncError } from '../errors.ts';
import { checksumDirectory } from '../packs/checksum.ts';
import type { PackContent } from '../packs/content.ts';
import { createPackReader, type ReadPack, readerVersion, readPack } from '../packs/read-pack.ts';
import { copyDirectory } from '../sources/copy-directory.ts';
import { type CommitPath, exportPack } from '../sources/git/export-commit.ts';
import { openGit } from '../sources/open-git.ts';
import { makeStaging } from '../store/make-staging.ts';
import { contentKey, openContentCache } from './content-cache.ts';

/** What a pack's files say, and where they are now if reading them needed a copy. */
export interface LoadedContent {
  /** Null where there is an error among the problems. */
  readonly content: PackContent | null;
  readonly problems: readonly Problem[];
  readonly staged?: string;
  /** Of git. */
  readonly author?: string;
  readonly subject?: string;
}

type KeptContent = Omit<LoadedContent, 'staged'>;

/** Problems of the moment: they are gone when the same bytes are read again. */
const passing: ReadonlySet<string> = new Set(['pack-unreadable', 'pack-file-changed']);

/**
 * Reads a pack at a commit, from what is known of it or into `target`; `ref` names it in progress.
 *
 * @param fetch called before a commit is read of which nothing is known
 * @throws SyncError of `exportPack` and `fetch`
 */
export async function loadGitContent(
  context: Context,
  ref: string,
  source: CommitPath,
  target: string,
  fetch: (source: CommitPath) => Promise<void> = () => Promise.resolve(),
): Promise<LoadedContent> {
  const key = contentKey('git', source.commit, source.path, String(readerVersion));
  const known = await readKept(context, key);
  if (known !== null) return known;
  await fetch(source);
  await makeStaging(dirname(target));
  const { author, subject } = await exportPack(openGit(context), source, target);
  const read = await context.progress.step('verify', ref, () => readPack(target), isRefused);
  const loaded = { ...read, author, subject };
  await keep(context, key, loaded);
  return { ...loaded, staged: target };
}

/** What is known of exact content, wherever it came from; null where nothing is. */
export async function readContent(context: Context, digest: string): Promise<PackContent | null> {
  const content = (await readKept(context, contentKey('directory', digest, String(readerVersion))))?.content ?? null;
  return content?.digest === digest ? content : null;
}

/** Remembers content for `readContent`. */
export async function keepContent(context: Context, digest: string, content: PackContent): Promise<void> {
  await keep(context, contentKey('directory', digest, String(readerVersion)), { content, problems: content.warnings });
}

/**
 * Reads a pack's directory: hashed in place, and copied to `target` only where that content is not known, so that what
 * is read and installed is one moment of it.
 *
 * @throws SyncError `directory-changing` where it changes twice while it is copied, and those of `copyDirectory`
 */
export async function loadDirectoryContent(
  context: Context,
  ref: string,
  path: string,
  target: string,
): Promise<LoadedContent> {
  return (
    (await snapshotOnce(context, ref, path, target)) ??
    (await snapshotOnce(context, ref, path, target)) ??
    Promise.reject(
      new SyncError('directory-changing', `${path} is being changed while it is read`, {
        hint: 'It is tried again.',
        retry: 'soon',
      }),
    )
  );
}

/** Null where the directory changed meanwhile. */
async function snapshotOnce(
  context: Context,
  ref: string,
  path: string,
  target: string,
): Promise<LoadedContent | null> {
  try {
    const { digest } = await checksumDirectory(path);
    const key = contentKey('directory', digest, String(readerVersion));
    const known = await readKept(context, key);
    if (known !== null) return known;
    await rm(target, { recursive: true, force: true });
    await makeStaging(dirname(target));
    const reader = createPackReader();
    const copied = await copyDirectory(path, target, reader);
    if (copied.digest !== digest) return null;
    const loaded = await context.progress.step(
      'verify',
      ref,
      async () => reader.finish(copied.files, copied),
      isRefused,
    );
    await keep(context, key, loaded);
    return { ...loaded, staged: target };
  } catch (error) {
    if (error instanceof SyncError && isOfTheMoment(error)) return null;
    throw error;
  }
}

function isRefused({ content }: ReadPack): boolean {
  return content === null;
}

function isOfTheMoment({ code, problems }: SyncError): boolean {
  return code === 'directory-changing' || problems.every((problem) => problem.code === 'pack-file-changed');
}

async function readKept(context: Context, key: string): Promise<KeptContent | null> {
  const value = (await openContentCache(context).read(key)) as KeptContent | null;
  const isSound = value !== null && Array.isArray(value.problems) && value.content !== undefined;
  return isSound ? value : null;
}

async function keep(context: Context, key: string, loaded: KeptContent): Promise<void> {
  if (loaded.problems.some(({ code }) => passing.has(code))) return;
  await openContentCache(context).write(key, loaded);
}
