import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import PQueue from 'p-queue';
import type { Context } from '../context.ts';
import type { WantedPack } from '../desired/desired.ts';
import { SyncError } from '../errors.ts';
import { checksumDirectory } from '../packs/checksum.ts';
import { stageContent } from '../sources/stage-content.ts';
import { carryFiles } from '../store/carry-files.ts';
import { checkReplaceable } from '../store/check-replaceable.ts';
import { makeStaging } from '../store/make-staging.ts';
import { isPublished, publishVersion } from '../store/publish-version.ts';
import { findGroupId } from '../store/set-modes.ts';
import { tellDiskFault } from '../store/tell-disk-fault.ts';

/** A pack's content, and the version that Attune's row of it has now: null where there is none. */
export interface PackToPublish {
  readonly pack: WantedPack;
  readonly installed: string | null;
  /** Of a pack that was removed and returns, where its files were, relative to the pack store; else null. */
  readonly last: string | null;
  /** Names below the pack that will lead to its environments. */
  readonly environments: readonly string[];
}

/**
 * Publishes the content of packs, several at once, and then has it written to disk once for all of them: only
 * after that may a transaction say that it is installed.
 *
 * @param staging a directory on the pack store's file system
 * @returns what went wrong, by ref; the others are published
 */
export async function publishPacks(
  context: Context,
  packs: readonly PackToPublish[],
  staging: string,
): Promise<ReadonlyMap<string, unknown>> {
  const failures = new Map<string, unknown>();
  if (packs.length === 0) return failures;
  const { packStore, sync } = context.config;
  const groupId = packStore.group === undefined ? null : await findGroupId(packStore.group);
  const queue = new PQueue({ concurrency: sync.concurrency });
  const publish = async (one: PackToPublish): Promise<void> => {
    const { ref } = one.pack;
    try {
      await context.progress.step('publish', ref, () => publishPack(context, one, staging, groupId));
    } catch (error) {
      failures.set(ref, await tellDiskFault(context.config, error, packStore.directory));
    }
  };
  await context.progress.phase('publish', packs.length, async () => {
    await queue.addAll(packs.map((pack) => () => publish(pack)));
    if (failures.size < packs.length) await promisify(execFile)('sync', ['-f', packStore.directory]);
  });
  return failures;
}

async function publishPack(
  context: Context,
  { pack, installed, last, environments }: PackToPublish,
  staging: string,
  groupId: number | null,
): Promise<void> {
  const store = context.config.packStore.directory;
  const { version, digest } = pack.content;
  const published = { ref: pack.ref, version, digest, installed, last, environments };
  await checkReplaceable(store, published);
  const staged = pack.staged ?? join(staging, `again-${pack.ref}`);
  if (pack.staged !== undefined || !(await isPublished(store, published))) {
    if (pack.staged === undefined) {
      await makeStaging(staging);
      await stageAgain(context, pack, staged);
    }
    await publishVersion(store, staged, published, groupId);
  }
  const carried = await carryFiles(store, published, groupId);
  if (carried.length > 0) {
    const files = carried.slice(0, 20);
    const more = carried.length > files.length ? ` and ${carried.length - files.length} more` : '';
    context.log.info(`Kept what others put into the files of ${pack.ref}: ${files.join(', ')}${more}.`, { files });
  }
}

/** Content that was not read in this pass, because it is known, is fetched once more and must be what it was. */
async function stageAgain(context: Context, pack: WantedPack, target: string): Promise<void> {
  await mkdir(target, { recursive: true });
  await stageContent(context, pack.source, target);
  const { digest } = await checksumDirectory(target);
  if (digest === pack.content.digest) return;
  throw new SyncError('content-moved', `the content of ${pack.ref} changed between planning and applying`, {
    hint: 'The next run plans it again.',
    retry: 'soon',
  });
}
