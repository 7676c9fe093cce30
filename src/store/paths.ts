/**
 * Where one version of a pack is in the pack store, relative to the store; also the text of both links to it.
 * The digest is part of it because authors change content without changing the version.
 *
 * @param digest 64 hex; its first twelve are used
 */
export function versionPath(ref: string, version: string, digest: string): string {
  return `.versions/${ref}/${version}-${digest.slice(0, 12)}`;
}

/** The link with the version in its name, beside `{ref}`. */
export function versionedLink(ref: string, version: string): string {
  return `${ref}-${version}`;
}

/** Where content waits before it is published; on the store's own file system, so that publishing is a rename. */
export const stagingDirectory = '.staging';
