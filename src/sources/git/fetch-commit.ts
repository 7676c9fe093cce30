import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SyncError } from '../../errors.ts';
import { askRemote } from './ask-remote.ts';
import { dropMirror, keptRefs } from './open-mirror.ts';
import { runLocal } from './run-local.ts';
import type { Mirror } from './with-mirror.ts';

/** Every fetch adds a pack and nothing repacks: a mirror of more is made anew, with one fetch. */
const maxPacks = 50;

const fetching = 'refs/fetching';

/**
 * Makes sure that the mirror has a commit with all its files: by a shallow fetch of the commit, else of the ref, else
 * by fetching everything, whichever the server allows. A commit that is there costs no process.
 *
 * @param remoteRef the full name of the ref that leads to it, where one is known
 * @throws SyncError `git-commit-missing` and others that begin `git-`
 */
export async function fetchCommit(mirror: Mirror, commit: string, remoteRef?: string): Promise<void> {
  // Another fetch in this mirror may hang: who has all that it needs does not wait for it.
  if (await exists(join(mirror.directory, keptRefs, commit))) return;
  await inTurn(mirror, () => fetchInTurn(mirror, commit, remoteRef));
}

/**
 * Makes a mirror anew in which something is damaged, unless another who found that did so since.
 *
 * @param generation the hold's when the damaged thing was read
 */
export async function renewMirror(mirror: Mirror, generation: number): Promise<void> {
  await inTurn(mirror, async () => {
    if (mirror.hold.generation === generation) await renew(mirror);
  });
}

/**
 * Makes sure that the mirror has a commit with all that came before it.
 *
 * @throws SyncError `git-history-cut` where the remote itself does not have all of it
 */
export async function fetchHistory(mirror: Mirror, commit: string, remoteRef?: string): Promise<void> {
  await inTurn(mirror, async () => {
    const cut = join(mirror.directory, 'shallow');
    if (await exists(cut)) await fetchRefs(mirror, ['--unshallow'], [`+${remoteRef ?? 'HEAD'}:${fetching}/history`]);
    if (await exists(cut)) await fetchAll(mirror, ['--unshallow']);
    if (!(await isCut(mirror, commit))) return;
    throw new SyncError(
      'git-history-cut',
      `${mirror.url} does not give out all commits before ${commit.slice(0, 12)}`,
      {
        hint: 'It is a shallow copy itself: name a remote with the whole history.',
      },
    );
  });
}

/** What else was fetched without its history does not matter. */
async function isCut(mirror: Mirror, commit: string): Promise<boolean> {
  const ends = await readFile(join(mirror.directory, 'shallow'), 'utf8').catch(() => '');
  if (ends === '') return false;
  const history = new Set((await runLocal(mirror, ['rev-list', commit])).split('\n'));
  return ends.split('\n').some((id) => id !== '' && history.has(id));
}

/** Fetches one object by its id, a tag for example; else by the ref that leads to it. */
export async function fetchObject(mirror: Mirror, id: string, remoteRef: string): Promise<void> {
  const name = `${fetching}/${id}`;
  await inTurn(mirror, async () => {
    if (await answered(fetchRefs(mirror, ['--depth=1'], [`+${id}:${name}`]))) return;
    await fetchRefs(mirror, ['--depth=1'], [`+${remoteRef}:${name}`]);
  });
}

async function inTurn(mirror: Mirror, work: () => Promise<void>): Promise<void> {
  const turn = mirror.hold.fetched.then(work);
  mirror.hold.fetched = turn.catch(() => {});
  await turn;
}

async function fetchInTurn(mirror: Mirror, commit: string, remoteRef: string | undefined): Promise<void> {
  if (await exists(join(mirror.directory, keptRefs, commit))) return;
  const packs = (await readdir(join(mirror.directory, 'objects', 'pack'))).filter((name) => name.endsWith('.pack'));
  if (packs.length > maxPacks && mirror.hold.users === 1) await renew(mirror);
  try {
    await fetchOneWay(mirror, commit, remoteRef);
  } catch (error) {
    // git does not say that a mirror is damaged; what it cannot name is tried once more in a new one.
    if (!(error instanceof SyncError && error.code === 'git-failed') || packs.length === 0) throw error;
    await renew(mirror);
    await fetchOneWay(mirror, commit, remoteRef);
  }
}

async function renew(mirror: Mirror): Promise<void> {
  await dropMirror(mirror.directory, mirror.format);
  mirror.hold.generation++;
}

async function fetchOneWay(mirror: Mirror, commit: string, remoteRef: string | undefined): Promise<void> {
  if (await answered(fetchRefs(mirror, ['--depth=1'], [`+${commit}:${keptRefs}/${commit}`]))) return;
  if (
    remoteRef !== undefined &&
    (await answered(fetchRefs(mirror, ['--depth=1'], [`+${remoteRef}:${fetching}/one`])))
  ) {
    if (await keep(mirror, commit)) return;
  }
  const depth = (await exists(join(mirror.directory, 'shallow'))) ? ['--unshallow'] : [];
  await fetchAll(mirror, depth);
  if (await keep(mirror, commit)) return;
  throw new SyncError('git-commit-missing', `${mirror.url} has no commit ${commit} on any branch or tag`, {
    hint: 'It may have been removed by a forced push: name a branch, a tag, or a commit that is on one.',
  });
}

async function fetchAll(mirror: Mirror, depth: readonly string[]): Promise<void> {
  const all = [`+refs/heads/*:${fetching}/heads/*`, `+refs/tags/*:${fetching}/tags/*`];
  await fetchRefs(mirror, [...depth, '--prune'], all);
}

async function fetchRefs(mirror: Mirror, options: readonly string[], refspecs: readonly string[]): Promise<void> {
  const gitDir = `--git-dir=${mirror.directory}`;
  const fetch = [gitDir, 'fetch', '--quiet', '--no-tags', '--no-write-fetch-head', ...options];
  await askRemote(mirror.git, mirror.url, [...fetch, '--', mirror.url, ...refspecs]);
}

/** False where the server has the answer but does not give it out this way. */
async function answered(fetched: Promise<void>): Promise<boolean> {
  try {
    await fetched;
    return true;
  } catch (error) {
    if (error instanceof SyncError && error.code === 'git-commit-missing') return false;
    throw error;
  }
}

async function keep(mirror: Mirror, commit: string): Promise<boolean> {
  try {
    await runLocal(mirror, ['cat-file', '-e', `${commit}^{commit}`]);
  } catch (error) {
    if (error instanceof SyncError && error.code === 'git-mirror-damaged') return false;
    throw error;
  }
  await runLocal(mirror, ['update-ref', `${keptRefs}/${commit}`, commit]);
  return true;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
