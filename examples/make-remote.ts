import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { devNull } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const author = { NAME: 'Attune Sync examples', EMAIL: 'examples@attune.invalid', DATE: '2026-01-01T00:00:00Z' };

/**
 * A bare git repository at `repository` whose branch main has one commit with the files of `content`, the same
 * commit on every machine. A repository that is there already stays as it is, with what was pushed to it.
 */
export async function makeRemote(content: string, repository: string): Promise<void> {
  if (await exists(repository)) return;
  await mkdir(dirname(repository), { recursive: true });
  const made = await mkdtemp(`${repository}.new-`);
  try {
    await git('init', '--quiet', '--bare', '--initial-branch=main', made);
    await git('--git-dir', made, '--work-tree', content, 'add', '--all', content);
    const tree = await git('--git-dir', made, 'write-tree');
    const commit = await git('--git-dir', made, 'commit-tree', '-m', 'Let a herald announce', tree);
    await git('--git-dir', made, 'update-ref', 'refs/heads/main', commit);
    await rm(join(made, 'index'));
    await rename(made, repository).catch(async (error: unknown) => {
      // Another process was quicker: its commit is the same.
      if (!(await exists(repository))) throw error;
    });
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

/** Nothing of the caller's own git set-up: hooks, signing or attributes would make it another commit. */
async function git(...args: string[]): Promise<string> {
  const env = {
    PATH: process.env.PATH,
    GIT_CONFIG_GLOBAL: devNull,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ATTR_NOSYSTEM: '1',
    ...identity('AUTHOR'),
    ...identity('COMMITTER'),
  };
  return (await run('git', args, { env })).stdout.trim();
}

function identity(role: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(author).map(([name, value]) => [`GIT_${role}_${name}`, value]));
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
