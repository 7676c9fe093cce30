import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DesiredEntry } from '../config/config.ts';
import { hasErrors, type Problem, problemsOf } from '../errors.ts';
import { exportFiles } from '../sources/git/export-commit.ts';
import { openGit } from '../sources/open-git.ts';
import { makeStaging } from '../store/make-staging.ts';
import { decodeUtf8 } from '../yaml/decode-utf8.ts';
import { contentKey, openContentCache } from './content-cache.ts';
import { type DocumentBase, nameFile } from './document-base.ts';
import { type EntryDocuments, parseDocuments } from './parse-documents.ts';
import { followRef, type Pass, verifyFollowed } from './pass.ts';
import {
  type EntryFile,
  isEntryFile,
  looksLikeEntryFile,
  readEntryDirectory,
  warnOfEndings,
} from './read-entry-directory.ts';
import { resolveSecrets } from './resolve-secrets.ts';
import { openYamlMemory } from './yaml-memory.ts';

/** What one entry of `desiredState` gave. */
export interface LoadedEntry extends EntryDocuments {
  readonly name: string;
  /** False where something of it could not be read: then the number of its documents says nothing. */
  readonly isRead: boolean;
  /** False where, beside that, it may be changing now, or a file that is left out may be a document. */
  readonly isSettled: boolean;
}

interface ReadEntry {
  readonly base: DocumentBase;
  readonly files: readonly EntryFile[];
  readonly problems: readonly Problem[];
}

/** Reads an entry's documents; what is wrong with it is among its problems. Throws only for faults of this program. */
export async function loadEntry(pass: Pass, entry: DesiredEntry): Promise<LoadedEntry> {
  try {
    const { base, files, problems } = await (entry.type === 'directory'
      ? readDirectory(entry.directory)
      : readCommit(pass, entry));
    const texts = decode(files, base);
    const { config, environment } = pass.context;
    const { read } = openYamlMemory(config);
    const parsed = parseDocuments(texts.files, { name: entry.name, base }, environment, read);
    const documents = await resolveSecrets(parsed);
    const reading = [...problems, ...texts.problems];
    return {
      ...documents,
      name: entry.name,
      problems: [...reading, ...documents.problems],
      isRead: !hasErrors(reading),
      isSettled: reading.length === 0,
    };
  } catch (error) {
    const problems = problemsOf(error).map((found) => ({ where: { file: pass.context.config.file }, ...found }));
    return { name: entry.name, documents: [], unmanaged: [], mentioned: [], problems, isRead: false, isSettled: false };
  }
}

async function readDirectory(directory: string): Promise<ReadEntry> {
  return { base: { type: 'directory', directory }, ...(await readEntryDirectory(directory)) };
}

async function readCommit(pass: Pass, entry: DesiredEntry & { type: 'git' }): Promise<ReadEntry> {
  const { url, path } = entry;
  const followed = await followRef(pass, entry);
  await verifyFollowed(pass, url, followed);
  const { commit, remoteRef } = followed;
  const base = { type: 'git', url, commit, path } as const;
  const cache = openContentCache(pass.context);
  const key = contentKey('documents', commit, path);
  const known = (await cache.read(key)) as { files: readonly { path: string; base64: string }[] } | null;
  if (known !== null) {
    const files = known.files.map((file) => ({ path: file.path, bytes: Buffer.from(file.base64, 'base64') }));
    return passOver(base, files);
  }
  const target = join(pass.staging, `.entry-${key.slice(0, 16)}`);
  const source = { url, commit, path, ...(remoteRef === undefined ? {} : { remoteRef }) };
  await pass.remotes.fetch(source);
  try {
    await makeStaging(pass.staging);
    const paths = await exportFiles(openGit(pass.context), source, target, looksLikeEntryFile);
    const files: EntryFile[] = [];
    for (const name of paths) files.push({ path: name, bytes: await readFile(join(target, name)) });
    await cache.write(key, {
      files: files.map((file) => ({ path: file.path, base64: file.bytes.toString('base64') })),
    });
    return passOver(base, files);
  } finally {
    await rm(target, { recursive: true, force: true });
  }
}

function passOver(base: DocumentBase, files: readonly EntryFile[]): ReadEntry {
  const problems = warnOfEndings(
    files.map(({ path }) => path),
    (path) => nameFile(base, path),
  );
  return { base, files: files.filter(({ path }) => isEntryFile(path)), problems };
}

function decode(
  files: readonly EntryFile[],
  base: DocumentBase,
): { files: { path: string; text: string }[]; problems: Problem[] } {
  const decoded = files.map(({ path, bytes }) => ({ path, ...decodeUtf8(bytes, nameFile(base, path)) }));
  return {
    files: decoded.flatMap(({ path, text }) => (text === null ? [] : [{ path, text }])),
    problems: decoded.flatMap(({ problems }) => problems),
  };
}
