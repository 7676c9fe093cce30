import { hasErrors, type Problem } from '../errors.ts';
import { framed } from './checksum.ts';
import type { PackContent } from './content.ts';
import { type FileReader, type HashedFiles, hashFiles, tooMuchCode } from './files/hash-files.ts';
import { listPackFiles, type PackFile } from './files/list-files.ts';
import { parsePack } from './parse/parse-pack.ts';
import { parseYamlFile, type YamlReading } from './parse/parse-yaml-file.ts';
import { isRead, mayBeRead } from './parse/sort-files.ts';

/** Raised whenever the same bytes would read differently, so that what was read by an older reader is read again. */
export const readerVersion = 3;

export interface ReadPack {
  /** Null where there is an error: then nothing of the pack can be used. */
  readonly content: PackContent | null;
  /** Every error and warning, with places relative to the pack. */
  readonly problems: readonly Problem[];
}

/** Reads a pack while its files are hashed. */
export interface PackReader extends FileReader {
  /** To be called when all files are hashed; with the problems of the listing too. */
  finish(files: readonly PackFile[], hashed: HashedFiles): ReadPack;
}

/** Reads a pack's directory. Never throws for what the directory holds. */
export async function readPack(directory: string): Promise<ReadPack> {
  const { files, problems } = await listPackFiles(directory);
  const reader = createPackReader();
  const hashed = await hashFiles(directory, files, framed, { reader });
  return reader.finish(files, { ...hashed, problems: [...problems, ...hashed.problems] });
}

/** What is parsed while files are hashed, bytes: of more it must first be known that it is not too much. */
const mostParsedSoon = 4 * 1024 * 1024;

export function createPackReader(): PackReader {
  const parsed = new Map<string, YamlReading>();
  const others = new Map<string, Buffer>();
  let bytesParsed = 0;
  const read = (path: string) => {
    const bytes = others.get(path);
    return parsed.get(path) ?? (bytes === undefined ? undefined : parseYamlFile(path, bytes));
  };
  return {
    wants: mayBeRead,
    read(path, content) {
      const isSoon = isRead(path) && bytesParsed + content.length <= mostParsedSoon;
      if (!isSoon) return void others.set(path, Buffer.from(content));
      bytesParsed += content.length;
      parsed.set(path, parseYamlFile(path, content));
    },
    finish(files, { digest, problems: unfit }) {
      const isTooMuch = unfit.some(({ code }) => code === tooMuchCode);
      if (isTooMuch || (files.length === 0 && hasErrors(unfit))) return { content: null, problems: unfit };
      const unread = new Set(unfit.map(({ where }) => where?.file));
      // What could not be read is told already; its absence must not look like another fault of the pack.
      const paths = files.map(({ path }) => path).filter((path) => !mayBeRead(path) || !unread.has(path));
      const { content, problems } = parsePack({ digest, paths, read });
      return { content: hasErrors(unfit) ? null : content, problems: [...unfit, ...problems] };
    },
  };
}
