import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { RemoteFleet } from '../make-fleet.ts';
import { timed } from '../measure.ts';
import { forEach } from './for-each.ts';

const script = `set -e
git ls-remote -- "$1" refs/heads/main
git init -q --template= "$0/$(basename "$1" .git)"
cd "$0/$(basename "$1" .git)"
git fetch -q --no-tags --depth 1 -- "$1" main
git checkout -q --detach FETCH_HEAD`;

/**
 * What a shell script would do for files alone, four remotes at a time: ask for the refs, fetch the newest commit
 * and check it out. In ms.
 */
export async function plainGit(directory: string, { remotes }: RemoteFleet): Promise<number> {
  const target = await mkdtemp(join(directory, 'plain-git-'));
  const urls = remotes.map(({ url }) => url);
  return timed(() => forEach(urls, ['sh', '-c', script, target]));
}
