import type { Context } from '../context.ts';
import type { PackDocument } from '../desired/desired.ts';
import { mergeEntries } from '../desired/merge-entries.ts';
import { parseDocuments } from '../desired/parse-documents.ts';
import { readEntryDirectory } from '../desired/read-entry-directory.ts';
import { hasErrors } from '../errors.ts';
import { decodeUtf8 } from '../yaml/decode-utf8.ts';

/**
 * The documents that can be read at once, without a network: those of directories. What is wrong with them is not
 * this reader's matter; a log line says where to look.
 */
export async function readLocalDocuments(
  context: Context,
): Promise<{ readonly documents: readonly PackDocument[]; readonly mentioned: readonly string[] }> {
  const entries = context.config.desiredState.filter((entry) => entry.type === 'directory');
  const parsed = await Promise.all(
    entries.map(async ({ name, directory }) => {
      const { files } = await readEntryDirectory(directory);
      const texts = files.flatMap(({ path, bytes }) => {
        const { text } = decodeUtf8(bytes, path);
        return text === null ? [] : [{ path, text }];
      });
      return parseDocuments(texts, { name, base: { type: 'directory', directory } }, context.environment);
    }),
  );
  const merged = mergeEntries(parsed);
  if (hasErrors(merged.problems)) context.log.warn('Some documents are invalid; `attune-sync validate` shows them.');
  return merged;
}
