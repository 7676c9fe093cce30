import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { isObject } from '../json.ts';
import { completeName, environmentPath } from './paths.ts';

/** What stands in the mark of a finished environment. */
export interface Mark {
  readonly formatVersion: 1;
  readonly key: string;
  /** The ref of the runtime. */
  readonly runtime: string;
  /** The selected version of it; null: the runtime itself. */
  readonly version: string | null;
  readonly interpreter: { readonly path: string; readonly version: string | null } | null;
  readonly manifest: {
    readonly path: string;
    readonly digest: string;
    /** What it names of its pack; not known where left out. */
    readonly files?: readonly { readonly path: string; readonly digest: string }[];
  } | null;
  /** The real path of the directory of its key: what was built in a store that moved since knows the wrong one. Not known where left out. */
  readonly place?: string;
  /** ISO 8601. */
  readonly builtAt: string;
  readonly durationMs: number;
  /** All that it takes on the disk. */
  readonly bytes: number;
}

/**
 * The mark of an environment: it is written last, so that only what has one is whole. Read without waiting: a promise
 * for each of hundreds of packs costs more than the reading.
 *
 * @param store the pack store's absolute path
 * @returns null where there is none that can be read, so that it is built from scratch
 */
export function readMark(store: string, key: string): Mark | null {
  try {
    const mark: unknown = JSON.parse(readFileSync(join(store, environmentPath(key), completeName), 'utf8'));
    return isMark(mark) && mark.key === key ? mark : null;
  } catch {
    return null;
  }
}

/** Whether it still is where it was built: scripts of a virtualenv, for one, do not work anywhere else. */
export function isInPlace(store: string, { key, place }: Mark): boolean {
  const path = join(store, environmentPath(key));
  if (place === undefined || path === place) return true;
  try {
    return realpathSync(path) === place;
  } catch {
    return false;
  }
}

function isMark(value: unknown): value is Mark {
  return isObject(value) && value.formatVersion === 1 && typeof value.builtAt === 'string';
}
