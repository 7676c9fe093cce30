import { readFile, stat } from 'node:fs/promises';
import { type Problem, problem } from '../errors.ts';
import { isObject } from '../json.ts';
import { orderProblems } from '../problems/order-problems.ts';
import { type Concealed, type ConcealedObject, Secret } from '../secret.ts';
import { decodeUtf8 } from '../yaml/decode-utf8.ts';
import type { SecretFile } from './build-document-config.ts';
import type { PackDocument } from './desired.ts';
import type { EntryDocuments, ParsedEntry } from './parse-documents.ts';

const largestBytes = 1024 * 1024;

/**
 * Reads the files that documents name with `fromFile`; a newline at the end is no part of the value. A document
 * whose file cannot be read becomes an error of its own, and its ref counts as mentioned.
 */
export async function resolveSecrets(parsed: ParsedEntry): Promise<EntryDocuments> {
  const results = await Promise.all(parsed.secretFiles.map(async (file) => ({ file, read: await readSecret(file) })));
  const problems = results.flatMap(({ read }) => ('problem' in read ? [read.problem] : []));
  const failed = new Set(results.filter(({ read }) => 'problem' in read).map(({ file }) => file.document));
  const documents = parsed.documents.filter((document) => !failed.has(document));
  const mentioned = new Set([...parsed.mentioned, ...[...failed].map(({ ref }) => ref)]);
  return {
    documents: documents.map((document) => {
      const own = results.filter(({ file }) => file.document === document);
      return own.reduce(
        (filled, { file, read }) => ('secret' in read ? fill(filled, file, read.secret) : filled),
        document,
      );
    }),
    unmanaged: parsed.unmanaged,
    mentioned: [...mentioned].sort(),
    problems: orderProblems([...parsed.problems, ...problems]),
  };
}

async function readSecret(file: SecretFile): Promise<{ secret: Secret } | { problem: Problem }> {
  try {
    // A device or a pipe would never end.
    const status = await stat(file.file);
    if (!status.isFile()) return refuse(file, status.isDirectory() ? 'is a directory' : 'is not a regular file');
    if (status.size > largestBytes) return refuse(file, 'is larger than 1 MiB');
    const { text } = decodeUtf8(await readFile(file.file), file.file);
    if (text === null) return refuse(file, 'is not UTF-8 text');
    if (text.includes('\0')) return refuse(file, 'contains a NUL character');
    return { secret: new Secret(text.replace(/\r?\n$/, '')) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return refuse(file, 'does not exist');
    if (code === 'EACCES') return refuse(file, 'may not be read by this user');
    return refuse(file, `cannot be read (${code})`);
  }
}

function refuse({ path, place }: SecretFile, reason: string): { problem: Problem } {
  const message = `The file that ${['config', ...path].join('.')} comes from ${reason}.`;
  return { problem: problem('error', 'unreadable-secret', message, place) };
}

function fill(document: PackDocument, { path }: SecretFile, secret: Secret): PackDocument {
  return { ...document, config: replace(document.config, path, secret) as PackDocument['config'] };
}

function replace(value: Concealed, path: SecretFile['path'], secret: Secret): Concealed {
  const [step, ...rest] = path;
  if (step === undefined) return secret;
  if (Array.isArray(value)) {
    return value.map((item: Concealed, index) => (index === step ? replace(item, rest, secret) : item));
  }
  if (!isObject(value)) return value;
  const members = Object.entries(value as ConcealedObject);
  return Object.fromEntries(
    members.map(([key, member]) => [key, key === step ? replace(member, rest, secret) : member]),
  );
}
