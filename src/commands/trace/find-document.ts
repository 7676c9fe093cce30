import type { DesiredEntry } from '../../config/config.ts';
import type { Context } from '../../context.ts';
import { contentKey, openContentCache } from '../../desired/content-cache.ts';
import type { PackDocument } from '../../desired/desired.ts';
import { loadEntry } from '../../desired/load-entry.ts';
import type { Remotes } from '../../desired/remotes.ts';
import { SyncError } from '../../errors.ts';
import {
  type CommitFacts,
  listKeptCommits,
  readMirrorChange,
  readWorkTreeChange,
} from '../../sources/git/read-change.ts';
import { openGit } from '../../sources/open-git.ts';

/** The document that names a pack. */
export interface TracedDocument {
  readonly entry: string;
  /** Of a git entry as `git show` names it, behind its address. */
  readonly file: string;
  readonly line: number | null;
  /** Who changed it last, where it is from git and that is known here. */
  readonly change: CommitFacts | null;
}

/**
 * Finds the document of each pack without asking a remote: in directories as they are now, in git entries as they were
 * fetched last. One that cannot be read is passed over: `validate` says what is wrong with it.
 */
export async function findDocuments(context: Context): Promise<ReadonlyMap<string, () => Promise<TracedDocument>>> {
  const found = new Map<string, () => Promise<TracedDocument>>();
  for (const entry of context.config.desiredState) {
    const commit = entry.type === 'git' ? await lastRead(context, entry) : null;
    if (entry.type === 'git' && commit === null) continue;
    const remotes = knownOnly(commit ?? '');
    const { documents } = await loadEntry({ context, staging: '', remotes }, entry);
    for (const document of documents) {
      if (!found.has(document.ref)) found.set(document.ref, () => trace(context, entry, document, commit));
    }
  }
  return found;
}

async function trace(
  context: Context,
  entry: DesiredEntry,
  { where }: PackDocument,
  commit: string | null,
): Promise<TracedDocument> {
  const git = openGit(context);
  const place = { entry: entry.name, file: where.file, line: where.line ?? null };
  if (entry.type === 'directory') return { ...place, change: await readWorkTreeChange(git, where.file) };
  const path = where.file.slice(entry.url.length + 1);
  return { ...place, change: commit === null ? null : await readMirrorChange(git, { url: entry.url, commit, path }) };
}

/** Of the commits that were fetched, the latest whose documents are known; null where there is none. */
async function lastRead(context: Context, { url, ref, path }: DesiredEntry & { type: 'git' }): Promise<string | null> {
  const cache = openContentCache(context);
  const commits = ref.type === 'commit' ? [ref.commit] : await listKeptCommits(openGit(context), url);
  for (const commit of commits) {
    if ((await cache.read(contentKey('documents', commit, path))) !== null) return commit;
  }
  return null;
}

function knownOnly(commit: string): Remotes {
  return {
    follow: async () => ({ commit, name: commit }),
    fetch: async ({ url }) => {
      throw new SyncError('not-fetched', `${url} is not asked now.`);
    },
  };
}
