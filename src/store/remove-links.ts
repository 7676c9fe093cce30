import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readLink } from './read-links.ts';

/** What stands where a removed pack's links were. */
export interface RemovedLinks {
  /** Names in the store that lead nowhere any more, sorted. */
  readonly removed: readonly string[];
  /** Names that are not ours to remove: a real directory, or a link to somewhere else. */
  readonly kept: readonly string[];
}

/**
 * Removes the links of a pack that is gone, those to older versions too: no worker shall find it. Only links into the
 * pack's own versions are ours; a real directory or a link elsewhere stays. The versions themselves stay as well.
 */
export async function removeLinks(store: string, ref: string): Promise<RemovedLinks> {
  const removed: string[] = [];
  const kept: string[] = [];
  for (const name of await listNames(store)) {
    if (name !== ref && !name.startsWith(`${ref}-`)) continue;
    const { text } = readLink(join(store, name));
    if (text !== null && packOfLink(text) === ref) {
      await rm(join(store, name), { force: true });
      removed.push(name);
    } else if (name === ref) kept.push(name);
  }
  return { removed: removed.sort(), kept: kept.sort() };
}

/**
 * Packs that links of ours lead to although nobody knows them any more: a run was cut off between the removal of the
 * rows and that of the links. One listing of the store, and a look at links only that no known pack explains.
 *
 * @param known refs that Attune or an inventory has
 */
export async function findLeftoverLinks(store: string, known: ReadonlySet<string>): Promise<readonly string[]> {
  const found = new Set<string>();
  const strange = (await listLinks(store)).filter((name) => !known.has(name) && !known.has(refOfVersioned(name) ?? ''));
  for (const { text } of strange.map((name) => readLink(join(store, name)))) {
    const ref = text === null ? null : packOfLink(text);
    if (ref !== null && !known.has(ref)) found.add(ref);
  }
  return [...found].sort();
}

/** The pack whose version a link of ours leads to; null for all other links. */
function packOfLink(text: string): string | null {
  return /^\.versions\/([^/]+)\/[^/]+$/.exec(text)?.[1] ?? null;
}

/** Of `{ref}-{version}`: refs have no dots, versions begin with a number and one. */
function refOfVersioned(name: string): string | null {
  return /^([^.]+)-\d+\./.exec(name)?.[1] ?? null;
}

async function listNames(store: string): Promise<string[]> {
  return readdir(store).catch(() => []);
}

async function listLinks(store: string): Promise<string[]> {
  const entries = await readdir(store, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isSymbolicLink()).map(({ name }) => name);
}
