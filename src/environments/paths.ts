import { readlinkSync } from 'node:fs';
import { stagingDirectory } from '../store/paths.ts';

/** Below the pack store: one directory for every key (design §6). */
export const environmentsDirectory = '.environments';

/** What lies at `{packStore}/{…}`: everything of one key. */
export function environmentPath(key: string): string {
  return `${environmentsDirectory}/${key}`;
}

/** Written last, beside the environment: without it there is none. */
export const completeName = '.complete';

/** Attune's own marker inside an environment: SHA-256 of the manifest whose packages are installed. */
export const installedName = '.attune_deps_installed';

/** Text of the link in a pack version's directory: relative, so that a store can be moved as a whole. */
export function environmentLink(key: string, directory: string): string {
  return `../../../${environmentPath(key)}/${directory}`;
}

/** The key that a link of ours leads to, whatever it stands in; null where it is somebody else's. */
export function keyOfLink(text: string): string | null {
  return /(?:^|\/)\.environments\/([0-9a-f]{32})\/[^/]+$/.exec(text)?.[1] ?? null;
}

/** True for a link of ours to an environment, which is neither the pack's nor somebody's. */
export function isEnvironmentLink(path: string): boolean {
  try {
    return keyOfLink(readlinkSync(path)) !== null;
  } catch {
    return false;
  }
}

/** The lock of who builds it, relative to the pack store: in staging, where what a killed process leaves is swept. */
export function lockPath(key: string): string {
  return `${stagingDirectory}/lock-${key}`;
}

/** Behind the directory of a key: what was broken, while another is built in its place. */
export const beforeSuffix = '.before';
