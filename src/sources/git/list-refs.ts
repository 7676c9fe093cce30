import { askRemote } from './ask-remote.ts';
import type { Git } from './git.ts';

/** Every ref of a remote and the commit it stands for. */
export interface RemoteRefs {
  /** The default branch; undefined in an empty repository. */
  readonly head: { readonly branch: string | null; readonly commit: string } | undefined;
  readonly branches: ReadonlyMap<string, string>;
  /** Annotated tags stand for the commit they point to. */
  readonly tags: ReadonlyMap<string, string>;
  /** Of annotated tags: the object that holds the tag, and its signature. */
  readonly tagObjects?: ReadonlyMap<string, string>;
}

/**
 * All refs of a remote, by one `git ls-remote`.
 *
 * @throws SyncError `git-…`
 */
export async function listRefs(git: Git, url: string): Promise<RemoteRefs> {
  return parseRefs((await askRemote(git, url, ['ls-remote', '--symref', '--', url])).toString('utf8'));
}

/** `listRefs` that asks each remote once, however often it is called: for one pass. */
export function createRefLister(git: Git): (url: string) => Promise<RemoteRefs> {
  const asked = new Map<string, Promise<RemoteRefs>>();
  return (url) => {
    const refs = asked.get(url) ?? listRefs(git, url);
    asked.set(url, refs);
    return refs;
  };
}

/** Reads what `git ls-remote --symref` prints. */
export function parseRefs(text: string): RemoteRefs {
  const branches = new Map<string, string>();
  const tags = new Map<string, string>();
  const peeled = new Map<string, string>();
  let headBranch: string | null = null;
  let headCommit: string | undefined;
  for (const line of text.split('\n')) {
    const [value = '', name = ''] = line.split('\t');
    if (name === 'HEAD' && value.startsWith('ref: refs/heads/')) headBranch = value.slice('ref: refs/heads/'.length);
    else if (!/^[0-9a-f]{40,64}$/.test(value)) continue;
    else if (name === 'HEAD') headCommit = value;
    else if (name.startsWith('refs/heads/')) branches.set(name.slice('refs/heads/'.length), value);
    else if (name.startsWith('refs/tags/') && name.endsWith('^{}')) {
      peeled.set(name.slice('refs/tags/'.length, -'^{}'.length), value);
    } else if (name.startsWith('refs/tags/')) tags.set(name.slice('refs/tags/'.length), value);
  }
  const tagObjects = new Map([...peeled.keys()].flatMap((tag) => [[tag, tags.get(tag) ?? ''] as const]));
  for (const [tag, commit] of peeled) tags.set(tag, commit);
  const head = headCommit === undefined ? undefined : { branch: headBranch, commit: headCommit };
  return { head, branches, tags, tagObjects };
}
