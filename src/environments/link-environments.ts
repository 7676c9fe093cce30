import { randomUUID } from 'node:crypto';
import { lstatSync, readdirSync } from 'node:fs';
import { rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeDirectories } from '../store/make-directories.ts';
import { freeName } from '../store/mend-version.ts';
import { stagingDirectory } from '../store/paths.ts';
import { readLink } from '../store/read-links.ts';
import type { PackEnvironment } from './environment.ts';
import { environmentLink, isEnvironmentLink, keyOfLink } from './paths.ts';

/**
 * Leads a version of a pack to its environments, each by a rename, and to no others of ours. What somebody else put where
 * a link belongs (npm makes a directory of it) is moved beside the version, never deleted.
 *
 * @param directory of the version, absolute
 * @param environments all of them
 * @param now names what is moved
 */
export async function linkEnvironments(
  store: string,
  directory: string,
  environments: readonly PackEnvironment[],
  now: Date,
): Promise<void> {
  for (const environment of environments) await linkEnvironment(store, directory, environment, now);
  const wanted = new Set(environments.map(({ link }) => link));
  for (const name of listEnvironmentLinks(directory)) {
    if (!wanted.has(name)) await rm(join(directory, name), { force: true });
  }
}

/** Names of links in a version's directory that lead to environments. Read without waiting, as all of the store is. */
export function listEnvironmentLinks(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isSymbolicLink() && isEnvironmentLink(join(directory, entry.name)))
    .map(({ name }) => name);
}

async function linkEnvironment(
  store: string,
  directory: string,
  { key, config, link }: PackEnvironment,
  now: Date,
): Promise<void> {
  const path = join(directory, link);
  const target = environmentLink(key, config.environment?.directory ?? '');
  const { text } = readLink(path);
  if (text === target) return;
  const isOurs = text !== null && keyOfLink(text) !== null;
  if (!isOurs && lstatSync(path, { throwIfNoEntry: false }) !== undefined) {
    const time = now.toISOString().replace(/[:.]/g, '');
    await rename(path, await freeName(join(dirname(directory), `found-${link}-${basename(directory)}-${time}`)));
  }
  const draft = join(store, stagingDirectory, `link-${randomUUID()}`);
  await makeDirectories(dirname(draft));
  await symlink(target, draft);
  await rename(draft, path);
}
