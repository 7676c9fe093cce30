import type { Context } from '../../context.ts';
import type { PackDocument } from '../../desired/desired.ts';
import { type CommitFacts, readMirrorChange, readWorkTreeChange } from '../../sources/git/read-change.ts';
import { openGit } from '../../sources/open-git.ts';
import { type FetchedDocuments, readFetchedDocuments } from '../read-fetched-documents.ts';
import { readLocalDocuments } from '../read-local-documents.ts';

/** The document that names a pack. */
export interface TracedDocument {
  readonly entry: string;
  /** Of a git entry as `git show` names it, behind its address. */
  readonly file: string;
  readonly line: number | null;
  /** Who changed it last, where it is from git and that is known here. */
  readonly change: CommitFacts | null;
}

/**
 * Finds the document of each pack without asking a remote: in directories as they are now, in git entries as they were
 * fetched last. One that cannot be read is passed over: `validate` says what is wrong with it.
 */
export async function findDocuments(context: Context): Promise<ReadonlyMap<string, () => Promise<TracedDocument>>> {
  const { documents } = await readLocalDocuments(context);
  const local = documents.map((one) => [one.ref, () => traceLocal(context, one)] as const);
  const fetched = (await readFetchedDocuments(context)).flatMap((found) =>
    found.documents.map((one) => [one.ref, () => traceFetched(context, found, one)] as const),
  );
  return new Map([...fetched, ...local]);
}

async function traceLocal(context: Context, { entry, where }: PackDocument): Promise<TracedDocument> {
  const change = await readWorkTreeChange(openGit(context), where.file);
  return { entry, file: where.file, line: where.line ?? null, change };
}

async function traceFetched(
  context: Context,
  { entry: { name, url }, commit }: FetchedDocuments,
  { where }: PackDocument,
): Promise<TracedDocument> {
  const path = where.file.slice(url.length + 1);
  const change = await readMirrorChange(openGit(context), { url, commit, path });
  return { entry: name, file: where.file, line: where.line ?? null, change };
}
