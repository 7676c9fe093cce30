import { basename, join } from 'node:path';
import { runGit } from '../../support/run-program.ts';
import type { RemoteFleet } from '../make-fleet.ts';
import { timed } from '../measure.ts';
import { forEach } from './for-each.ts';

const script = 'git -C "$0/$(basename "$1")" fetch -q --no-tags --depth 1 -- "$1" main';

/** Empty mirrors of the remotes below `directory`, for `fetchCommits`. */
export async function makeMirrors(directory: string, { remotes }: RemoteFleet): Promise<void> {
  for (const { url } of remotes) await runGit(['init', '-q', '--bare', '--template=', join(directory, basename(url))]);
}

/** git's own fetch of the newest commit of each remote into its mirror, four at a time. In ms. */
export function fetchCommits(directory: string, { remotes }: RemoteFleet): Promise<number> {
  const urls = remotes.map(({ url }) => url);
  return timed(() => forEach(urls, ['sh', '-c', script, directory]));
}
