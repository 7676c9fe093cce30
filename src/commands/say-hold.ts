import { formatTime } from '../text/format-time.ts';
import type { HoldRow } from './queries/read-hold.ts';

/** `held at 1.0.0 since … by ann@host (too slow); 2.0.0 (abc1234) is held back`. */
export function sayHold({ version, commit, digest, toVersion, toDigest, who, why, since }: HoldRow): string {
  const at = toVersion ?? toDigest.slice(0, 12);
  const back = `${version} (${commit === null ? digest.slice(0, 12) : commit.slice(0, 7)})`;
  return `held at ${at} since ${formatTime(since)} by ${who}${why === null ? '' : ` (${why})`}; ${back} is held back`;
}
