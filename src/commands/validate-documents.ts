import { stat } from 'node:fs/promises';
import { checkPackConfig, warnOfMissingConfig } from '../desired/check-config.ts';
import { checkContent } from '../desired/check-content.ts';
import type { PackDocument } from '../desired/desired.ts';
import type { DocumentBase } from '../desired/document-base.ts';
import { mergeEntries } from '../desired/merge-entries.ts';
import { type ParsedEntry, parseDocuments } from '../desired/parse-documents.ts';
import { resolveSecrets } from '../desired/resolve-secrets.ts';
import { type Problem, problem } from '../errors.ts';
import { olderChecksum } from '../packs/checksum.ts';
import type { PackContent } from '../packs/content.ts';
import type { Secret } from '../secret.ts';
import { validatePack } from './validate-pack.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Document files that belong together: an entry of the configuration, a directory, or one file. */
export interface DocumentFiles {
  readonly name: string;
  readonly base: DocumentBase;
  readonly files: readonly { readonly path: string; readonly text: string }[];
}

export interface ValidatedDocuments {
  readonly documents: number;
  /** Directories that were read as packs. */
  readonly packs: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/**
 * Checks documents, and the directory packs they name. Secrets that this machine does not have (a pull request is
 * checked where none are) are warnings here; everywhere else they are errors.
 */
export async function validateDocuments(
  entries: readonly DocumentFiles[],
  environment: Environment,
): Promise<ValidatedDocuments> {
  const parsed = await Promise.all(entries.map((entry) => parseLeniently(entry, environment)));
  const merged = mergeEntries(parsed);
  const directories = new Set(merged.documents.flatMap(directoryOf));
  const contents = new Map(
    await Promise.all([...directories].map(async (path) => [path, await readContent(path)] as const)),
  );
  const checks = await Promise.all(merged.documents.map((document) => checkDocument(document, contents)));
  return {
    documents: merged.documents.length + merged.unmanaged.length,
    packs: new Set([...directories].filter((path) => contents.get(path) !== null)),
    problems: [
      ...merged.problems,
      ...[...contents.values()].flatMap((found) => found?.problems ?? []),
      ...checks.flat(),
    ],
  };
}

async function parseLeniently({ name, base, files }: DocumentFiles, environment: Environment): Promise<ParsedEntry> {
  const entry = { name, base };
  const strict = parseDocuments(files, entry, environment);
  const names = files.flatMap(({ text }) =>
    [...text.matchAll(/\bfromEnv["']?\s*:\s*["']?(\w+)/g)].map(({ 1: found = '' }) => found),
  );
  const unset = Object.fromEntries(names.filter((one) => environment[one] === undefined).map((one) => [one, '']));
  const lenient = parseDocuments(files, entry, { ...environment, ...unset });
  const { problems } = await resolveSecrets({ ...lenient, problems: [] });
  const missing = [...strict.problems.filter(({ code }) => code === 'unset-variable'), ...problems];
  const warnings = missing.map((one): Problem => ({ ...one, severity: 'warning' }));
  return { ...lenient, problems: [...lenient.problems, ...warnings] };
}

async function readContent(directory: string) {
  const found = await stat(directory).catch(() => null);
  return found === null ? null : validatePack(directory);
}

async function checkDocument(
  document: PackDocument,
  contents: ReadonlyMap<string, { readonly content: PackContent | null } | null>,
): Promise<readonly Problem[]> {
  const [directory] = directoryOf(document);
  if (directory === undefined) return [];
  const found = contents.get(directory) ?? null;
  if (found === null) {
    const message = `The directory of the pack ${document.ref} does not exist: ${directory}`;
    const hint = "Check source.directory; it is relative to the document's own directory.";
    return [problem('error', 'source-missing', message, { hint, where: document.where })];
  }
  if (found.content === null) return [];
  // Another pack's schema says nothing about this document's config.
  const isOther = found.content.ref !== document.ref;
  const wrong = await checkContent(document, found.content, () => olderChecksum(directory));
  return isOther
    ? wrong
    : [...wrong, ...checkPackConfig(document, found.content, isEmpty), ...warnOfMissingConfig(document, found.content)];
}

function directoryOf({ source }: PackDocument): string[] {
  return source.type === 'directory' ? [source.path] : [];
}

/** What stands for a value that is not here. */
function isEmpty(secret: Secret): boolean {
  return secret.reveal() === '';
}
