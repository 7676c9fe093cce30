import PQueue from 'p-queue';
import type { Context } from '../context.ts';
import { hasErrors, SyncError } from '../errors.ts';
import { knowSecrets } from '../know-secrets.ts';
import { orderProblems } from '../problems/order-problems.ts';
import { openContentCache } from './content-cache.ts';
import type { Desired, PackDocument } from './desired.ts';
import { type LoadedEntry, loadEntry } from './load-entry.ts';
import { type LoadedPack, loadPack } from './load-pack.ts';
import { mergeEntries } from './merge-entries.ts';
import { beginPass, type Pass } from './pass.ts';
import type { Remotes } from './remotes.ts';
import { openYamlMemory } from './yaml-memory.ts';

/**
 * Reads every entry of the desired state and follows each document's source to exact content. What did not change since
 * an earlier pass is not read again. One bad entry, document or pack hides no other.
 *
 * @param options.staging a directory for content that is read for the first time; the caller removes it afterwards
 * @param options.targets only these packs are followed; the others count as mentioned
 * @param options.remotes without it every remote is asked
 * @throws SyncError `aborted`
 */
export async function loadDesired(
  context: Context,
  options: { staging: string; targets?: readonly string[]; remotes?: Remotes },
): Promise<Desired> {
  const pass = beginPass(context, options.staging, options.remotes);
  const queue = new PQueue({ concurrency: context.config.sync.concurrency });
  const entries = await queue.addAll(context.config.desiredState.map((entry) => () => loadEntry(pass, entry)));
  const merged = mergeEntries(entries);
  const { targets } = options;
  const isTarget = ({ ref }: PackDocument) => targets === undefined || targets.includes(ref);
  const wanted = merged.documents.filter(isTarget);
  const others = merged.documents.filter((document) => !isTarget(document)).map(({ ref }) => ref);
  for (const { config } of merged.documents) knowSecrets(context.redactor, config);
  const packs = await loadPacks(pass, queue, wanted);
  await openContentCache(context).endPass();
  openYamlMemory(context.config).endPass();
  if (context.signal.aborted) throw new SyncError('aborted', 'The run was ended before it was done', { retry: 'soon' });
  const found = packs.flatMap((pack) => ('wanted' in pack ? [pack] : []));
  return {
    packs: found.map((pack) => pack.wanted),
    unreadable: packs.flatMap((pack) => ('unreadable' in pack ? [pack.unreadable] : [])),
    problems: orderProblems([...merged.problems, ...found.flatMap(({ warnings }) => warnings)]),
    unmanaged: merged.unmanaged.map(({ ref }) => ref).sort(),
    places: Object.fromEntries([...merged.documents, ...merged.unmanaged].map(({ ref, where }) => [ref, where])),
    mentioned: [...new Set([...merged.mentioned, ...others])].sort(),
    complete: !hasErrors(merged.problems) && entries.every(({ isSettled }) => isSettled),
    entries: entries.flatMap(countDocuments),
  };
}

/** By ref, so that the same state gives the same result in whatever order the remotes answer. */
async function loadPacks(
  pass: Pass,
  queue: PQueue,
  documents: readonly PackDocument[],
): Promise<readonly LoadedPack[]> {
  const { progress } = pass.context;
  const ordered = [...documents].sort((one, other) => (one.ref < other.ref ? -1 : 1));
  const isUnreadable = (loaded: LoadedPack) => 'unreadable' in loaded;
  const load = (document: PackDocument) =>
    progress.step('fetch', document.ref, () => loadPack(pass, document), isUnreadable);
  return progress.phase('fetch', ordered.length, () => queue.addAll(ordered.map((document) => () => load(document))));
}

/** Of an entry that could not be read the number says nothing, so it has none. */
function countDocuments({
  name,
  documents,
  unmanaged,
  isRead,
}: LoadedEntry): readonly { name: string; documents: number }[] {
  return isRead ? [{ name, documents: documents.length + unmanaged.length }] : [];
}
