import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { KnownVersion, RecordedSource } from '../actual/actual.ts';
import type { Context } from '../context.ts';
import type { ResolvedSource } from '../desired/desired.ts';
import { keepContent, loadGitContent, readContent } from '../desired/load-content.ts';
import { SyncError } from '../errors.ts';
import type { PackContent } from '../packs/content.ts';
import { readPack } from '../packs/read-pack.ts';
import { makeStaging } from '../store/make-staging.ts';
import { versionPath } from '../store/paths.ts';
import { isPublished } from '../store/publish-version.ts';
import { readNote } from '../store/version-note.ts';
import { withStaging } from '../store/with-staging.ts';

/**
 * Reads a content that was installed once: from what is known of it while its files can be had, from its directory in
 * the pack store, or from the commit that brought it. Whatever it comes from, its digest is the one that was recorded.
 *
 * @param wayOut for the hint: what to do beside putting it back, a sentence
 * @throws SyncError `version-gone` where none of them has it
 */
export async function loadVersion(
  context: Context,
  ref: string,
  version: KnownVersion,
  wayOut: string,
): Promise<PackContent> {
  const published = { ref, version: version.version, digest: version.digest };
  const hasFiles = version.source.commit !== null || (await isPublished(context.config.packStore.directory, published));
  const known = hasFiles ? await readContent(context, version.digest) : null;
  if (known !== null) return known;
  return withStaging(join(context.config.stateDir, 'staging'), async (staging) => {
    await makeStaging(staging);
    const found =
      (await loadFromStore(context, ref, version, join(staging, 'stored'))) ??
      (await loadFromCommit(context, ref, version, join(staging, 'fetched')));
    if (found === null) throw versionGone(ref, version, context.config.packStore.directory, wayOut);
    await keepContent(context, version.digest, found);
    return found;
  });
}

/** A source as it is followed to exact content. */
export function resolveRecorded({ type, url, ref, commit, path }: RecordedSource): ResolvedSource {
  return type === 'git' && commit !== null
    ? { type: 'git', url, ref: ref ?? commit, commit, path: path ?? '' }
    : { type: 'directory', path: url };
}

/** Only what was published is copied: what others put beside it is not the pack's. */
async function loadFromStore(
  context: Context,
  ref: string,
  { version, digest }: KnownVersion,
  target: string,
): Promise<PackContent | null> {
  const directory = join(context.config.packStore.directory, versionPath(ref, version, digest));
  const note = await readNote(directory);
  if (note === null) return withDigest(await readPack(directory), digest);
  try {
    for (const path of note.keys()) {
      await mkdir(dirname(join(target, path)), { recursive: true });
      await copyFile(join(directory, path), join(target, path));
    }
  } catch {
    return null;
  }
  return withDigest(await readPack(target), digest);
}

async function loadFromCommit(
  context: Context,
  ref: string,
  { source, digest }: KnownVersion,
  target: string,
): Promise<PackContent | null> {
  const resolved = resolveRecorded(source);
  if (resolved.type !== 'git') return null;
  const { url, commit, path } = resolved;
  try {
    return withDigest(await loadGitContent(context, ref, { url, commit, path }, target), digest);
  } catch (error) {
    // A remote that does not answer may do so later; one that answers and does not have it never will.
    if (error instanceof SyncError && gone.has(error.code)) return null;
    throw error;
  }
}

const gone: ReadonlySet<string> = new Set(['git-commit-missing', 'git-path-missing', 'pack-file-missing']);

function withDigest({ content }: { readonly content: PackContent | null }, digest: string): PackContent | null {
  return content?.digest === digest ? content : null;
}

function versionGone(ref: string, { version, digest }: KnownVersion, store: string, wayOut: string): SyncError {
  const name = `${ref} ${version} (${digest.slice(0, 12)})`;
  return new SyncError('version-gone', `The content of ${name} is neither in the pack store nor where it came from.`, {
    hint: `It stays as it is. Put ${join(store, versionPath(ref, version, digest))} back. ${wayOut}`,
  });
}
