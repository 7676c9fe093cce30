import { nameRemote } from '../../sources/git/name-remote.ts';

/** Those of `known` that are the same remote as one of `told`, however either is spelled; sorted. */
export function findRemotes(known: readonly string[], told: readonly string[]): readonly string[] {
  const names = new Set(told.map(name));
  return [...new Set(known)].filter((url) => names.has(name(url))).sort();
}

/** Hosts answer SSH by another name where only the port of HTTPS is let through. */
function name(url: string): string {
  return nameRemote(url)
    .replace(/^ssh\.github\.com\//, 'github.com/')
    .replace(/^altssh\.gitlab\.com\//, 'gitlab.com/');
}
