import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import type { Manifest } from '../environments/environment.ts';
import type { PackFilesFacts } from '../environments/facts/facts.ts';
import { readManifest } from '../environments/facts/read-manifest.ts';
import { SyncError } from '../errors.ts';
import { isObject } from '../json.ts';
import { checksumDirectory } from '../packs/checksum.ts';
import { listPackFiles } from '../packs/files/list-files.ts';
import { stageContent } from '../sources/stage-content.ts';
import { makeStaging } from '../store/make-staging.ts';
import { versionPath } from '../store/paths.ts';
import { isPublished } from '../store/publish-version.ts';
import { readPublished } from '../store/version-note.ts';
import { withStaging } from '../store/with-staging.ts';
import { contentKey, openContentCache } from './content-cache.ts';
import type { WantedPack } from './desired.ts';

/** Raised when manifests are read in another way. */
const readerVersion = '1';

interface KeptFiles {
  readonly names: readonly string[];
  readonly manifests: readonly (readonly [path: string, manifest: Manifest | null])[];
}

/**
 * What a wanted pack's files say of environments: from what is known of that content, else from its directory, else from
 * its source.
 *
 * @param manifests paths that are looked for
 * @returns null where its files cannot be had now
 * @throws SyncError `aborted`
 */
export async function loadPackFiles(
  context: Context,
  pack: WantedPack,
  manifests: readonly string[],
): Promise<PackFilesFacts | null> {
  const buildScripts = pack.document.buildScripts === true;
  const key = contentKey('pack-files', pack.content.digest, readerVersion, String(buildScripts), ...manifests);
  const cache = openContentCache(context);
  const known = await cache.read(key);
  if (isKept(known)) return toFacts(known);
  try {
    const kept = await withFiles(context, pack, async (directory, paths) => {
      const read: [string, Manifest | null][] = [];
      for (const path of manifests) read.push([path, await readManifest(directory, paths, path, buildScripts)]);
      return { names: [...new Set([...paths].map((path) => path.split('/')[0] ?? ''))].sort(), manifests: read };
    });
    await cache.write(key, kept);
    return toFacts(kept);
  } catch (error) {
    if (context.signal.aborted) {
      throw new SyncError('aborted', 'The run was ended before it was done', { retry: 'soon', cause: error });
    }
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof SyncError || code !== undefined) return null;
    throw error;
  }
}

function isKept(value: unknown): value is KeptFiles {
  return isObject(value) && Array.isArray(value.names) && Array.isArray(value.manifests);
}

/** What the cache has in memory is the same object in every pass. */
const made = new WeakMap<KeptFiles, PackFilesFacts>();

function toFacts(kept: KeptFiles): PackFilesFacts {
  const facts = made.get(kept) ?? { names: new Set(kept.names), manifests: new Map(kept.manifests) };
  made.set(kept, facts);
  return facts;
}

/** Exactly this content: as it is staged, or published, or fetched once more. */
async function withFiles<T>(
  context: Context,
  { ref, content, source, staged }: WantedPack,
  use: (directory: string, paths: ReadonlySet<string>) => Promise<T>,
): Promise<T> {
  const { version, digest } = content;
  const pathsIn = async (directory: string) => new Set((await listPackFiles(directory)).files.map(({ path }) => path));
  if (staged !== undefined) return use(staged, await pathsIn(staged));
  const store = context.config.packStore.directory;
  if (await isPublished(store, { ref, version, digest })) {
    const directory = join(store, versionPath(ref, version, digest));
    return use(directory, (await readPublished(directory)) ?? (await pathsIn(directory)));
  }
  return withStaging(join(context.config.stateDir, 'staging'), async (staging) => {
    const target = join(staging, ref);
    await makeStaging(staging);
    await mkdir(target);
    await stageContent(context, source, target);
    const { digest: found, files } = await checksumDirectory(target);
    if (found !== digest) throw new SyncError('content-moved', `the content of ${ref} changed while it was read`);
    return use(target, new Set(files.map(({ path }) => path)));
  });
}
