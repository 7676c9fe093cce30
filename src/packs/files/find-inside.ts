import { posix } from 'node:path';

/** Where a path that a pack's file gives leads. */
export type Found =
  /** `given` as it is written relative to the folder, `path` relative to the pack. */
  | { readonly type: 'found'; readonly given: string; readonly path: string; readonly repeatsFolder: boolean }
  | { readonly type: 'missing'; readonly path: string }
  | { readonly type: 'outside' };

/**
 * Finds the file that a component of `folder` names. Attune takes such a path from the folder on; one that
 * repeats the folder (`actions/echo.py`) is found too, because packs are written so.
 */
export function findInside(folder: string, given: string, paths: ReadonlySet<string>): Found {
  const path = posix.normalize(posix.join(folder, given));
  if (posix.isAbsolute(given) || path === '..' || path.startsWith('../')) return { type: 'outside' };
  if (paths.has(path)) return { type: 'found', given, path, repeatsFolder: false };
  const whole = posix.normalize(given);
  if (whole.startsWith(`${folder}/`) && paths.has(whole)) {
    return { type: 'found', given: whole.slice(folder.length + 1), path: whole, repeatsFolder: true };
  }
  return { type: 'missing', path };
}
