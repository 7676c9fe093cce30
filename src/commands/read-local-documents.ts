import type { Context } from '../context.ts';
import type { Desired, PackDocument } from '../desired/desired.ts';
import { mergeEntries } from '../desired/merge-entries.ts';
import { parseDocuments } from '../desired/parse-documents.ts';
import { readEntryDirectory } from '../desired/read-entry-directory.ts';
import { hasErrors, type Problem } from '../errors.ts';
import { decodeUtf8 } from '../yaml/decode-utf8.ts';

/** What directories hold of the desired state. */
export interface LocalDocuments {
  readonly documents: readonly PackDocument[];
  readonly mentioned: readonly string[];
  /** How many documents each directory gave; none of one that could not be read. */
  readonly entries: Desired['entries'];
  /** Of directories and files that could not be read. */
  readonly problems: readonly Problem[];
}

/**
 * The documents that can be read at once, without a network: those of directories. What is wrong in
 * them is not this reader's matter; a log line says where to look.
 */
export async function readLocalDocuments(context: Context): Promise<LocalDocuments> {
  const directories = context.config.desiredState.filter((entry) => entry.type === 'directory');
  const parsed = await Promise.all(
    directories.map(async ({ name, directory }) => {
      const { files, problems } = await readEntryDirectory(directory);
      const texts = files.flatMap(({ path, bytes }) => {
        const { text } = decodeUtf8(bytes, path);
        return text === null ? [] : [{ path, text }];
      });
      const entry = { name, base: { type: 'directory', directory } } as const;
      return { name, found: parseDocuments(texts, entry, context.environment), unread: problems.filter(isError) };
    }),
  );
  const merged = mergeEntries(parsed.map(({ found }) => found));
  if (hasErrors(merged.problems)) context.log.warn('Some documents are invalid; `attune-sync validate` shows them.');
  return {
    documents: merged.documents,
    mentioned: merged.mentioned,
    entries: parsed.flatMap(({ name, found, unread }) =>
      unread.length > 0 ? [] : [{ name, documents: found.documents.length + found.unmanaged.length }],
    ),
    problems: parsed.flatMap(({ unread }) => unread),
  };
}

function isError({ severity }: Problem): boolean {
  return severity === 'error';
}
