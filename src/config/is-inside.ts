import { relative } from 'node:path';

/** Whether a directory lies below another one; not where they are the same. Both are absolute. */
export function isInside(directory: string, outer: string): boolean {
  const path = relative(outer, directory);
  return path !== '' && path !== '..' && !path.startsWith('../');
}
