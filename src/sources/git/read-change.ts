import { access, readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Git } from './git.ts';
import { formatOf, keptRefs, type ObjectFormat } from './open-mirror.ts';
import { localEnvironment } from './remote-environment.ts';
import { runGit } from './run-git.ts';
import { mirrorDirectory } from './with-mirror.ts';

/** A commit, for people. */
export interface CommitFacts {
  readonly commit: string;
  readonly author: string;
  /** ISO 8601. */
  readonly date: string;
  readonly subject: string;
  /** It changed the file itself; false: the file was read from it, and what came before it is not on this machine. */
  readonly isLastChange: boolean;
}

const timeoutMs = 10_000;
const mostBytes = 64 * 1024;

/**
 * Who last changed a file, as far as the mirror of its remote tells. Asks no remote, takes no lock and writes nothing.
 *
 * @param path in the repository, with `/`
 * @returns null where the mirror, the commit or the file is not on this machine
 */
export async function readMirrorChange(
  git: Git,
  { url, commit, path }: { readonly url: string; readonly commit: string; readonly path: string },
): Promise<CommitFacts | null> {
  const directory = mirrorDirectory(git, url, formatOf(commit));
  if (!(await exists(join(directory, 'HEAD')))) return null;
  const found = await readLog(git, directory, { GIT_DIR: directory }, [commit, '--', path]);
  if (found === null) return null;
  const ends = await readFile(join(directory, 'shallow'), 'utf8').catch(() => '');
  return { ...found, isLastChange: !ends.split('\n').includes(found.commit) };
}

/**
 * Who last committed a change of a file, where its directory is in a work tree of the user that runs this. Whatever that
 * repository's own configuration would have git run is switched off.
 */
export async function readWorkTreeChange(git: Git, file: string): Promise<CommitFacts | null> {
  const found = await readLog(git, dirname(file), {}, ['--', basename(file)]);
  return found === null ? null : { ...found, isLastChange: true };
}

/** The commits that were fetched from a remote, the one that was fetched last first. */
export async function listKeptCommits(git: Git, url: string): Promise<readonly string[]> {
  const formats: readonly ObjectFormat[] = ['sha1', 'sha256'];
  const found = await Promise.all(
    formats.map(async (format) => {
      const directory = join(mirrorDirectory(git, url, format), keptRefs);
      const names = await readdir(directory).catch(() => []);
      return Promise.all(names.map(async (name) => ({ name, at: await changed(join(directory, name)) })));
    }),
  );
  return found
    .flat()
    .sort((one, other) => other.at - one.at)
    .map(({ name }) => name);
}

const format = '--format=%H%x00%an%x00%aI%x00%s';
const harmless = ['core.fsmonitor=false', 'core.hooksPath=/dev/null', 'log.showSignature=false', 'log.mailmap=false'];

async function readLog(
  git: Git,
  cwd: string,
  variables: Readonly<Record<string, string>>,
  which: readonly string[],
): Promise<Omit<CommitFacts, 'isLastChange'> | null> {
  const settings = harmless.flatMap((setting) => ['-c', setting]);
  const none = { GIT_ALLOW_PROTOCOL: 'none', GIT_NO_LAZY_FETCH: '1', GIT_LITERAL_PATHSPECS: '1' };
  const { stdout, exitCode } = await runGit(['--no-optional-locks', ...settings, 'log', '-1', format, ...which], {
    environment: { ...localEnvironment(git), ...none, ...variables },
    cwd,
    timeoutMs,
    maxBytes: mostBytes,
    signal: git.signal,
  }).catch(() => ({ stdout: Buffer.alloc(0), exitCode: 1 }));
  const [commit = '', author = '', date = '', subject = ''] = stdout.toString('utf8').trimEnd().split('\0');
  return exitCode === 0 && commit !== '' ? { commit, author, date, subject } : null;
}

async function changed(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
