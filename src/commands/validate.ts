import { join, resolve } from 'node:path';
import type { Problem } from '../errors.ts';
import { orderProblems } from '../problems/order-problems.ts';
import { findFromConfig, findToValidate } from './find-to-validate.ts';
import { type DocumentFiles, validateDocuments } from './validate-documents.ts';
import { validatePack } from './validate-pack.ts';

interface ValidateOptions {
  readonly startDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The configuration that is meant where no path is given. */
  readonly file?: string;
}

export interface Validation {
  /** Configurations and files with documents. */
  readonly files: number;
  /** Sound ones. */
  readonly documents: number;
  readonly packs: number;
  readonly problems: readonly Problem[];
}

/**
 * Checks configurations, documents, directories of documents and packs, offline and without a database. Without a
 * path: the configuration, its directories' documents and the directory packs they name.
 */
export async function validatePaths(paths: readonly string[], options: ValidateOptions): Promise<Validation> {
  const absolute = [...new Set(paths.map((path) => resolve(options.startDirectory, path)))];
  const found =
    absolute.length === 0
      ? [await findFromConfig(options)]
      : await Promise.all(absolute.map((path) => findToValidate(path, options.environment)));
  const entries = withoutRepeats(found.flatMap((one) => one.entries));
  const checked = await validateDocuments(entries, options.environment);
  const others = new Set(found.flatMap((one) => one.packs).filter((directory) => !checked.packs.has(directory)));
  const packs = await Promise.all([...others].map(validatePack));
  const configs = new Set(found.flatMap((one) => one.configs));
  return {
    files: configs.size + entries.reduce((count, { files }) => count + files.length, 0),
    documents: checked.documents,
    packs: checked.packs.size + others.size,
    problems: orderProblems([
      ...found.flatMap((one) => one.problems),
      ...checked.problems,
      ...packs.flatMap(({ problems }) => problems),
    ]),
  };
}

/** A file that two of the paths hold would be its own duplicate. */
function withoutRepeats(entries: readonly DocumentFiles[]): DocumentFiles[] {
  const seen = new Set<string>();
  return entries.map((entry) => ({
    ...entry,
    files: entry.files.filter(({ path }) => {
      const file = entry.base.type === 'directory' ? join(entry.base.directory, path) : path;
      return !seen.has(file) && seen.add(file);
    }),
  }));
}
