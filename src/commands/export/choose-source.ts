import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstalledPack } from '../../actual/actual.ts';
import type { GitRef } from '../../config/config.ts';
import { parseGitUrl } from '../../config/parse-git-url.ts';
import type { DatabaseContext } from '../../context.ts';
import { loadPack } from '../../desired/load-pack.ts';
import { beginPass } from '../../desired/pass.ts';
import { checksumDirectory, framed } from '../../packs/checksum.ts';
import { hashFiles } from '../../packs/files/hash-files.ts';
import { listPackFiles } from '../../packs/files/list-files.ts';
import { stageContent } from '../../sources/stage-content.ts';
import type { ExportedSource } from './exported-pack.ts';
import { parseInstallation } from './parse-installation.ts';
import { readHead } from './read-head.ts';

/** What is known of an installed pack's files. */
export interface InstalledContent {
  /** Where they are now. */
  readonly directory: string;
  /** The directory is a person's, outside the pack store, and used through a link of theirs. */
  readonly isLinked: boolean;
  /** A copy of the pack's own files. */
  readonly staged: string;
  /** Of that copy. */
  readonly digest: string;
}

export interface ChosenSource {
  readonly source: ExportedSource;
  readonly origin: string | null;
}

/**
 * Where the installed files can be had from again, exactly as they are: a commit, the directory they came from, or else
 * the files themselves. Of what Attune installed from git no commit is recorded: the remote is asked.
 *
 * @param staging a directory of this pack alone, on any file system
 */
export async function chooseSource(
  context: DatabaseContext,
  pack: InstalledPack,
  content: InstalledContent,
  staging: string,
): Promise<ChosenSource> {
  const { recorded } = pack;
  const copy: ExportedSource = { type: 'copy', from: content.directory };
  if (recorded !== null) {
    const { type, url, ref, commit, path } = recorded.source;
    if (type === 'git' && commit !== null && isAllowed(url)) {
      const followed = ref === null || ref === commit ? null : ref;
      return { source: { type, url, path: path ?? '', commit, followed }, origin: null };
    }
    if (type === 'directory' && (await holds(url, content.digest)))
      return { source: { type, path: url }, origin: null };
    return { source: copy, origin: `It came from ${url}, which holds something else by now` };
  }
  if (content.isLinked) return { source: { type: 'directory', path: content.directory }, origin: null };
  const { origin, git, directory } = parseInstallation(pack.installation);
  if (git !== null && isAllowed(git.url)) {
    const found = await findCommit(context, pack.ref, git, content, staging);
    return found === null
      ? { source: copy, origin: `${origin}, which does not answer or does not give these files` }
      : { source: found, origin: 'Attune installed it from there' };
  }
  if (directory !== null && (await holds(directory, content.digest))) {
    return { source: { type: 'directory', path: directory }, origin: 'Attune installed it from there' };
  }
  return { source: copy, origin };
}

function isAllowed(url: string): boolean {
  const address = parseGitUrl(url);
  return !('refused' in address) && !address.relative;
}

async function holds(directory: string, digest: string): Promise<boolean> {
  const found = await stat(directory).catch(() => null);
  if (found?.isDirectory() !== true) return false;
  return checksumDirectory(directory).then(
    (checked) => checked.digest === digest,
    () => false,
  );
}

interface GitOrigin {
  readonly url: string;
  /** As it was given; null: the default branch. */
  readonly ref: string | null;
  /** Null: not known; Attune looks in the root, then in `pack/`. */
  readonly path: string | null;
}

async function findCommit(
  context: DatabaseContext,
  ref: string,
  git: GitOrigin,
  content: InstalledContent,
  staging: string,
): Promise<ExportedSource | null> {
  const head = await readHead(content.directory);
  const paths = git.path !== null ? [git.path] : head === null ? ['', 'pack'] : [''];
  for (const path of paths) {
    for (const [index, asked] of candidates(git.ref, head).entries()) {
      const source = { type: 'git', url: git.url, ref: asked, path } as const;
      const target = join(staging, `${index}-${path}`);
      const commit = await giveSame(context, { ref, source }, content, target);
      const followed = git.ref === commit ? null : git.ref;
      if (commit !== null) return { type: 'git', url: git.url, path, commit, followed };
    }
  }
  return null;
}

/** What was checked out says it best; a name may be one of a branch or of a tag. */
function candidates(ref: string | null, head: string | null): readonly GitRef[] {
  const commits = [head, ref].flatMap((one) => (one !== null && /^[0-9a-f]{40}$/.test(one) ? [one] : []));
  if (commits.length > 0) return commits.map((commit) => ({ type: 'commit', commit }));
  if (ref === null) return [{ type: 'default' }];
  return [
    { type: 'branch', branch: ref },
    { type: 'tag', tag: ref },
  ];
}

/** The commit, where every file of it is installed as it is there. What is beside them is kept by an adoption. */
async function giveSame(
  context: DatabaseContext,
  { ref, source }: { ref: string; source: { type: 'git'; url: string; ref: GitRef; path: string } },
  content: InstalledContent,
  target: string,
): Promise<string | null> {
  const document = { ref, source, config: {}, enabled: {}, entry: 'export', where: { file: 'export' } };
  const loaded = await loadPack(beginPass(context, target), document);
  if (!('wanted' in loaded) || loaded.wanted.source.type !== 'git') return null;
  const { wanted } = loaded;
  const files = wanted.staged ?? join(target, 'again');
  if (wanted.staged === undefined) await stageContent(context, wanted.source, files);
  const listed = await listPackFiles(files);
  const installed = await hashFiles(content.staged, listed.files, framed);
  const isSame = installed.problems.length === 0 && installed.digest === wanted.content.digest;
  return isSame && wanted.source.type === 'git' ? wanted.source.commit : null;
}
