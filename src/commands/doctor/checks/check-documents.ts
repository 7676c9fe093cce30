import type { Context } from '../../../context.ts';
import { mergeEntries } from '../../../desired/merge-entries.ts';
import { parseDocuments } from '../../../desired/parse-documents.ts';
import { readEntryDirectory } from '../../../desired/read-entry-directory.ts';
import { resolveSecrets } from '../../../desired/resolve-secrets.ts';
import { countOf } from '../../../plan/render/render-summary.ts';
import { decodeUtf8 } from '../../../yaml/decode-utf8.ts';
import { asFinding, type Finding, ok, skipped } from '../finding.ts';

/** The documents of directories, with secrets they name, and a lock that git left behind. Those in git are read by runs only. */
export async function checkDocuments({ config, environment }: Context): Promise<readonly Finding[]> {
  const directories = config.desiredState.filter((entry) => entry.type === 'directory');
  if (directories.length === 0) return [skipped('All desired state is in git; `attune-sync plan` reads it.')];
  const entries = await Promise.all(
    directories.map(async ({ name, directory }) => {
      const { files, problems } = await readEntryDirectory(directory);
      const decoded = files.map(({ path, bytes }) => ({ path, ...decodeUtf8(bytes, path) }));
      const texts = decoded.flatMap(({ path, text }) => (text === null ? [] : [{ path, text }]));
      const base = { type: 'directory', directory } as const;
      const read = await resolveSecrets(parseDocuments(texts, { name, base }, environment));
      return { ...read, problems: [...problems, ...decoded.flatMap((one) => one.problems), ...read.problems] };
    }),
  );
  const { documents, unmanaged, problems } = mergeEntries(entries);
  const places = countOf(directories.length, 'directory', 'directories');
  const sound = ok(`${countOf(documents.length + unmanaged.length, 'sound document')} in ${places}.`);
  return [sound, ...problems.map(asFinding)];
}
