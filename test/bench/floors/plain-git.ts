import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import PQueue from 'p-queue';
import type { RemoteFleet } from '../make-fleet.ts';
import { timed } from '../measure.ts';
import { runGit } from '../run-program.ts';

/**
 * What a shell script would do for files alone, four remotes at a time: ask for the refs, fetch the newest commit
 * and check it out. In ms; the work trees are removed outside the measurement.
 */
export async function plainGit(directory: string, { remotes }: RemoteFleet): Promise<number> {
  const target = await mkdtemp(join(directory, 'plain-git-'));
  const queue = new PQueue({ concurrency: 4 });
  const deploy = async (ref: string, url: string) => {
    const tree = join(target, ref);
    await runGit(['ls-remote', '--', url, 'refs/heads/main']);
    await runGit(['init', '-q', '--template=', tree]);
    await runGit(['-C', tree, 'fetch', '-q', '--no-tags', '--depth', '1', '--', url, 'main']);
    await runGit(['-C', tree, 'checkout', '-q', '--detach', 'FETCH_HEAD']);
  };
  const ms = await timed(() =>
    queue.addAll(
      remotes.map(
        ({ ref, url }) =>
          () =>
            deploy(ref, url),
      ),
    ),
  );
  await rm(target, { recursive: true });
  return ms;
}
