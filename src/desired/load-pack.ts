import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasErrors, type Problem, problemsOf, SyncError } from '../errors.ts';
import { olderChecksum } from '../packs/checksum.ts';
import { isOfDisk } from '../problems/gather-shared.ts';
import { stageContent } from '../sources/stage-content.ts';
import { makeStaging } from '../store/make-staging.ts';
import { tellDiskFault } from '../store/tell-disk-fault.ts';
import { checkPackConfig } from './check-config.ts';
import { checkContent } from './check-content.ts';
import type { PackDocument, ResolvedSource, UnreadablePack, WantedPack } from './desired.ts';
import { nameFile } from './document-base.ts';
import { type LoadedContent, loadDirectoryContent, loadGitContent } from './load-content.ts';
import { followRef, type Pass, verifyFollowed } from './pass.ts';

/** A pack's desired side, with warnings about its document; or why there is none. */
export type LoadedPack =
  | { readonly wanted: WantedPack; readonly warnings: readonly Problem[] }
  | { readonly unreadable: UnreadablePack };

/** Follows a document's source to exact content, reads and checks it. Throws only for faults of this program. */
export async function loadPack(pass: Pass, document: PackDocument): Promise<LoadedPack> {
  const target = join(pass.staging, document.ref);
  try {
    const { source, loaded } = await loadSource(pass, document, target);
    const { content, staged } = loaded;
    if (content === null) return { unreadable: await refuse(document, placeInSource(source, loaded.problems), target) };
    const problems = [
      ...(await checkContent(document, content, () => findOlder(pass, source, staged, target))),
      ...checkPackConfig(document, content),
    ];
    if (hasErrors(problems)) return { unreadable: await refuse(document, problems, target) };
    const wanted = { ref: document.ref, document, source, content, ...(staged === undefined ? {} : { staged }) };
    return { wanted, warnings: problems };
  } catch (error) {
    const told = await tellDiskFault(pass.context.config, error, pass.staging);
    const problems = problemsOf(told);
    if (problems.some(({ code }) => code === 'unexpected')) {
      pass.context.log.error(`${document.ref} could not be read`, { error: faultOf(error) });
    }
    const retry = !(told instanceof SyncError) || told.retry === 'soon';
    return { unreadable: await refuse(document, problems, target, retry) };
  }
}

function faultOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function loadSource(
  pass: Pass,
  document: PackDocument,
  target: string,
): Promise<{ source: ResolvedSource; loaded: LoadedContent }> {
  const { source } = document;
  if (source.type === 'directory') {
    return { source, loaded: await loadDirectoryContent(pass.context, document.ref, source.path, target) };
  }
  const { url, path } = source;
  const followed = await followRef(pass, source);
  await verifyFollowed(pass, url, followed);
  const { commit, name, remoteRef } = followed;
  const at = { url, commit, path, ...(remoteRef === undefined ? {} : { remoteRef }) };
  const loaded = await loadGitContent(pass.context, document.ref, at, target, pass.remotes.fetch);
  const { author, subject } = loaded;
  const who = { ...(author === undefined ? {} : { author }), ...(subject === undefined ? {} : { subject }) };
  return { source: { type: 'git', url, ref: name, commit, path, ...who }, loaded };
}

/** The older checksum of content that may be known without a copy of it. */
async function findOlder(
  { context }: Pass,
  source: ResolvedSource,
  staged: string | undefined,
  target: string,
): Promise<string> {
  if (staged === undefined) {
    await makeStaging(dirname(target));
    await stageContent(context, source, target);
  }
  return olderChecksum(target);
}

/** Where a person finds the pack's files: below its directory, or in its repository. */
function placeInSource(source: ResolvedSource, problems: readonly Problem[]): readonly Problem[] {
  const base = source.type === 'directory' ? { type: source.type, directory: source.path } : source;
  return problems.map(({ where, ...found }) =>
    where === undefined ? found : { ...found, where: { ...where, file: nameFile(base, where.file) } },
  );
}

/** What was staged of a refused pack is of no use, and must not be taken for it. */
async function refuse(
  document: PackDocument,
  problems: readonly Problem[],
  target: string,
  retry = false,
): Promise<UnreadablePack> {
  // Whatever that meets, the whole of staging goes with the run.
  await rm(target, { recursive: true, force: true }).catch(() => {});
  const placed = problems.map((found) => (isOfDisk(found) ? found : { where: document.where, ...found }));
  return { ref: document.ref, document, problems: placed, retry };
}
