import type { RemoteFleet } from '../make-fleet.ts';
import { timed } from '../measure.ts';
import { forEach } from './for-each.ts';

/** `git ls-remote` of every remote, four at a time: less than this nobody can do who asks each of them. In ms. */
export function listRemotes({ remotes }: RemoteFleet): Promise<number> {
  const urls = remotes.map(({ url }) => url);
  return timed(() => forEach(urls, ['git', 'ls-remote', '--']));
}
