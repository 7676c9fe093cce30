import { chmod, copyFile, lstat, mkdir, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { InstalledPack } from '../../actual/actual.ts';
import { findCurrent } from '../../store/find-current.ts';
import { readLink } from '../../store/read-links.ts';
import { listInstalled } from './list-installed.ts';

/** Where the files of an installed pack are used from. */
interface InstalledDirectory {
  readonly directory: string;
  readonly isOurs: boolean;
  /** Outside the pack store, through a person's link. */
  readonly isLinked: boolean;
}

export interface StagedFiles {
  readonly directory: string;
  readonly isLinked: boolean;
  readonly peopleFiles: readonly string[];
}

/** Copies a pack's own files, and only those, to a new directory; null where they are not on this machine. */
export async function stageInstalled(store: string, pack: InstalledPack, target: string): Promise<StagedFiles | null> {
  const found = await findDirectory(store, pack);
  if (found === null) return null;
  const { own, people } = await listInstalled(found.directory, found.isOurs);
  await mkdir(target, { recursive: true });
  for (const path of own) {
    const [from, to] = [join(found.directory, path), join(target, path)];
    await mkdir(dirname(to), { recursive: true });
    await copyFile(from, to);
    await chmod(to, ((await lstat(from)).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
  return { directory: found.directory, isLinked: found.isLinked, peopleFiles: people };
}

/** In the store, or where a person's link there leads, or where Attune was told to look. */
async function findDirectory(
  store: string,
  { ref, columns, installation }: InstalledPack,
): Promise<InstalledDirectory | null> {
  const version = typeof columns.version === 'string' ? columns.version : null;
  const current = await findCurrent(store, ref, version);
  if (current !== null) return { ...current, isLinked: false };
  const { text } = readLink(join(store, ref));
  const place = installation.storagePath;
  const others = [
    ...(text === null ? [] : [{ directory: resolve(store, text), isOurs: false, isLinked: true }]),
    ...(place !== null && isAbsolute(place) ? [{ directory: place, isOurs: false, isLinked: false }] : []),
  ];
  for (const other of others) if (await isPack(other.directory)) return other;
  return null;
}

async function isPack(directory: string): Promise<boolean> {
  const found = await stat(join(directory, 'pack.yaml')).catch(() => null);
  return found?.isFile() === true;
}
