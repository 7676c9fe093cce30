import PQueue from 'p-queue';
import type { RemoteFleet } from '../make-fleet.ts';
import { timed } from '../measure.ts';
import { runGit } from '../run-program.ts';

/** `git ls-remote` of every remote, four at a time: less than this nobody can do who asks each of them. In ms. */
export function listRemotes({ remotes }: RemoteFleet): Promise<number> {
  const queue = new PQueue({ concurrency: 4 });
  return timed(() =>
    queue.addAll(
      remotes.map(
        ({ url }) =>
          () =>
            runGit(['ls-remote', '--', url]),
      ),
    ),
  );
}
