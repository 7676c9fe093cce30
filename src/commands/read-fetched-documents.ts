import type { DesiredEntry } from '../config/config.ts';
import type { Context } from '../context.ts';
import { contentKey, openContentCache } from '../desired/content-cache.ts';
import type { PackDocument } from '../desired/desired.ts';
import { loadEntry } from '../desired/load-entry.ts';
import { beginPass } from '../desired/pass.ts';
import type { Remotes } from '../desired/remotes.ts';
import { type Problem, SyncError } from '../errors.ts';
import { listKeptCommits } from '../sources/git/read-change.ts';
import { openGit } from '../sources/open-git.ts';

/** What a git entry held when it was fetched last. */
export interface FetchedDocuments {
  readonly entry: DesiredEntry & { readonly type: 'git' };
  readonly commit: string;
  readonly documents: readonly PackDocument[];
  /** Refs that invalid documents still name. */
  readonly mentioned: readonly string[];
  /** Errors of its documents that everybody would meet; not those of who asks: variables and files that are not set here. */
  readonly problems: readonly Problem[];
}

/** The documents of git entries, as far as they are on this machine: no remote is asked, and nothing is written. */
export async function readFetchedDocuments(context: Context): Promise<readonly FetchedDocuments[]> {
  const entries = context.config.desiredState.filter((entry) => entry.type === 'git');
  const found = await Promise.all(
    entries.map(async (entry): Promise<FetchedDocuments[]> => {
      const commit = await lastRead(context, entry);
      if (commit === null) return [];
      const { documents, mentioned, problems } = await loadEntry(beginPass(context, '', knownOnly(commit)), entry);
      return [{ entry, commit, documents, mentioned, problems: problems.filter((one) => isOfDocument(one, context)) }];
    }),
  );
  return found.flat();
}

/** Of the commits that were fetched, the latest whose documents are known; null where there is none. */
async function lastRead(context: Context, { url, ref, path }: FetchedDocuments['entry']): Promise<string | null> {
  const cache = openContentCache(context);
  const commits = ref.type === 'commit' ? [ref.commit] : await listKeptCommits(openGit(context), url);
  for (const commit of commits) {
    if ((await cache.read(contentKey('documents', commit, path))) !== null) return commit;
  }
  return null;
}

const codesOfEnvironment = new Set(['unset-variable', 'unreadable-secret']);

/** What a shell lacks, or may not read, the daemon may have. */
function isOfDocument({ severity, code, where }: Problem, { config }: Context): boolean {
  return severity === 'error' && where?.file !== config.file && !codesOfEnvironment.has(code);
}

function knownOnly(commit: string): Remotes {
  return {
    follow: async () => ({ commit, name: commit }),
    fetch: async ({ url }) => {
      throw new SyncError('not-fetched', `${url} is not asked now.`);
    },
  };
}
