import { randomUUID } from 'node:crypto';
import { lstatSync, readdirSync } from 'node:fs';
import { rename, rm, rmdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectories } from '../store/make-directories.ts';
import { freeName } from '../store/mend-version.ts';
import { readLink } from '../store/read-links.ts';
import type { PackEnvironment } from './environment.ts';
import { environmentPath, keyOfLink } from './paths.ts';

/** Links where Attune's workers look, made and waiting beside their places. */
export interface PreparedWorkerLinks {
  /** `{environments.directory}/{ref}` */
  readonly directory: string;
  readonly links: readonly { readonly name: string; readonly draft: string }[];
  /** Names of links of ours that no environment of the pack has any more. */
  readonly left: readonly string[];
}

/**
 * Makes the links of a pack where Attune's workers look for environments, and changes nothing yet: what can go wrong with
 * them does so now. Without `finishWorkerLinks` the caller discards them.
 *
 * @param place `environments.directory`
 * @param environments all that the pack has
 */
export async function prepareWorkerLinks(
  place: string,
  store: string,
  ref: string,
  environments: readonly PackEnvironment[],
): Promise<PreparedWorkerLinks> {
  const directory = join(place, ref);
  const links: { name: string; draft: string }[] = [];
  for (const { key, config, workerName } of environments) {
    const target = join(store, environmentPath(key), config.environment?.directory ?? '');
    if (readLink(join(directory, workerName)).text === target) continue;
    const draft = join(directory, `.${workerName}-${randomUUID()}`);
    await makeDirectories(directory);
    await symlink(target, draft);
    links.push({ name: workerName, draft });
  }
  const wanted = new Set(environments.map(({ workerName }) => workerName));
  return { directory, links, left: listOurs(directory, store).filter((name) => !wanted.has(name)) };
}

/**
 * Puts the links in their places. An environment that a worker built there is renamed, never deleted.
 *
 * @param now names what is renamed
 */
export async function finishWorkerLinks({ directory, links, left }: PreparedWorkerLinks, now: Date): Promise<void> {
  for (const { name, draft } of links) {
    const path = join(directory, name);
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === false) {
      const time = now.toISOString().replace(/[:.]/g, '');
      await rename(path, await freeName(join(directory, `${name}.found-${time}`)));
    }
    await rename(draft, path);
  }
  for (const name of left) await rm(join(directory, name), { force: true });
  // Workers make it themselves, perhaps as a user that may not write to ours.
  if (left.length > 0) await rmdir(directory).catch(() => {});
}

/** Of links that are not to be switched after all. */
export async function discardWorkerLinks({ links }: PreparedWorkerLinks): Promise<void> {
  for (const { draft } of links) await rm(draft, { force: true }).catch(() => {});
}

/** Removes the links of a pack that is gone. What workers built stays, and the directory with it. */
export async function clearWorkerLinks(place: string, store: string, ref: string): Promise<void> {
  const directory = join(place, ref);
  for (const name of listOurs(directory, store)) await rm(join(directory, name), { force: true });
  await rmdir(directory).catch(() => {});
}

/** Links of ours where Attune's workers look, by pack; packs without any are left out. */
export function readLeftWorkerLinks(place: string, store: string): ReadonlyMap<string, readonly string[]> {
  const found = listNames(place).map((ref) => [ref, listOurs(join(place, ref), store)] as const);
  return new Map(found.filter(([, names]) => names.length > 0));
}

/** Links into the environments of this store, drafts of killed runs among them. */
function listOurs(directory: string, store: string): readonly string[] {
  return listNames(directory).filter((name) => {
    const { text } = readLink(join(directory, name));
    return text !== null && keyOfLink(text) !== null && text.startsWith(`${store}/`);
  });
}

function listNames(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
