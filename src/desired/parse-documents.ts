import type { Problem } from '../errors.ts';
import { orderProblems } from '../problems/order-problems.ts';
import { readYaml } from '../yaml/read-yaml.ts';
import type { SecretFile } from './build-document-config.ts';
import type { PackDocument, UnmanagedDocument } from './desired.ts';
import { type DocumentBase, nameFile } from './document-base.ts';
import { findMentioned, findMentionedInText } from './find-mentioned.ts';
import { parseDocument } from './parse-document.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The documents of one entry of `desiredState`. */
export interface EntryDocuments {
  readonly documents: readonly PackDocument[];
  /** Those that only say that a pack is not managed. */
  readonly unmanaged: readonly UnmanagedDocument[];
  /** Refs that invalid documents still name, sorted. */
  readonly mentioned: readonly string[];
  readonly problems: readonly Problem[];
}

export interface ParsedEntry extends EntryDocuments {
  /** What `resolveSecrets` has to read before the documents are complete, by the ref of the document. */
  readonly secretFiles: readonly (SecretFile & { readonly document: PackDocument })[];
}

/**
 * The texts of an entry's files as documents. Pure: the environment is an argument, files that `fromFile` names
 * are only listed. One bad document never hides another.
 * @param files paths relative to the entry's base, with `/`
 * @param read what reads a text as YAML, by the name of its file
 */
export function parseDocuments(
  files: readonly { readonly path: string; readonly text: string }[],
  entry: { readonly name: string; readonly base: DocumentBase },
  environment: Environment,
  read = readYaml,
): ParsedEntry {
  const documents: PackDocument[] = [];
  const unmanaged: UnmanagedDocument[] = [];
  const mentioned = new Set<string>();
  const problems: Problem[] = [];
  const secretFiles: (SecretFile & { readonly document: PackDocument })[] = [];
  for (const { path, text } of files) {
    const { documents: found, broken, problems: faults } = read(text, nameFile(entry.base, path));
    problems.push(...faults);
    for (const ref of broken.flatMap(findMentionedInText)) mentioned.add(ref);
    for (const yaml of found) {
      const parsed = parseDocument(yaml, { path, entry, environment });
      if ('document' in parsed) {
        documents.push(parsed.document);
        secretFiles.push(...parsed.secretFiles.map((file) => ({ ...file, document: parsed.document })));
      } else if ('unmanaged' in parsed) {
        unmanaged.push(parsed.unmanaged);
      } else {
        problems.push(...parsed.problems);
        for (const ref of findMentioned(yaml.value)) mentioned.add(ref);
      }
    }
  }
  return { documents, unmanaged, mentioned: [...mentioned].sort(), problems: orderProblems(problems), secretFiles };
}
