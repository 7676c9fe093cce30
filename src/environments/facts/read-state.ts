import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { environmentPath } from '../paths.ts';
import { isInPlace, readMark } from '../read-mark.ts';
import type { EnvironmentState } from './facts.ts';
import { isRunnable } from './find-program.ts';

export interface ExpectedEnvironment {
  readonly key: string;
  /** Its name in a pack's directory. */
  readonly directory: string;
  /** Relative to it; null where it brings none. */
  readonly interpreter: string | null;
}

/** How an environment is in the pack store, by looks: nothing is run. Without waiting, as all such reading of many. */
export function readState(store: string, { key, directory, interpreter }: ExpectedEnvironment): EnvironmentState {
  const mark = readMark(store, key);
  const path = join(store, environmentPath(key));
  if (mark === null) return { mark, isThere: isDirectory(path), fault: null };
  if (!isInPlace(store, mark)) return { mark, isThere: true, fault: 'the pack store was elsewhere when it was built' };
  const place = join(path, directory);
  if (!isDirectory(place)) return { mark, isThere: true, fault: `${directory} is missing` };
  if (interpreter === null || isRunnable(join(place, interpreter))) return { mark, isThere: true, fault: null };
  const stands = lstatSync(join(place, interpreter), { throwIfNoEntry: false }) !== undefined;
  return { mark, isThere: true, fault: `${interpreter} ${stands ? 'cannot be run' : 'is missing'}` };
}

function isDirectory(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
