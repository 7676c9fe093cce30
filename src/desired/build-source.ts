import { posix, resolve } from 'node:path';
import { buildGitRef, normalisePath } from '../config/build-git-ref.ts';
import type { GitFile } from '../config/config-file.ts';
import { parseGitUrl } from '../config/parse-git-url.ts';
import type { Problem } from '../errors.ts';
import { parseConstraint } from '../packs/versions/parse-constraint.ts';
import { problemAt } from '../yaml/problem-at.ts';
import type { YamlDocument } from '../yaml/read-yaml.ts';
import type { DocumentSource } from './desired.ts';
import type { DocumentBase } from './document-base.ts';
import type { DocumentFile } from './document-file.ts';

type Built = { readonly source: DocumentSource } | { readonly problem: Problem };

/** Where a document's pack comes from, relative paths resolved. `path` is the document's, relative to its base. */
export function buildSource(
  { directory, git }: NonNullable<DocumentFile['source']>,
  document: YamlDocument,
  path: string,
  base: DocumentBase,
): Built {
  if (git !== undefined) return buildGit(git, document, path, base);
  return buildDirectory(directory ?? '.', document, path, base);
}

function buildDirectory(directory: string, document: YamlDocument, path: string, base: DocumentBase): Built {
  if (base.type === 'directory') {
    return { source: { type: 'directory', path: resolve(base.directory, posix.dirname(path), directory) } };
  }
  const at = ['source', 'directory'];
  const { url, commit } = base;
  if (directory.startsWith('/')) {
    const message = 'source.directory is an absolute path, but this document lies in a git repository.';
    const hint = 'Write a path relative to the document; it is read from the same commit.';
    return { problem: problemAt(document, at, 'outside-repository', message, { hint }) };
  }
  const inside = posix.join(base.path, posix.dirname(path), directory);
  if (inside === '..' || inside.startsWith('../')) {
    return { problem: problemAt(document, at, 'outside-repository', 'source.directory leaves the repository.') };
  }
  return { source: { type: 'git', url, ref: { type: 'commit', commit }, path: normalisePath(inside) } };
}

function buildGit(git: GitFile, document: YamlDocument, path: string, base: DocumentBase): Built {
  const at = ['source', 'git', 'url'];
  const address = parseGitUrl(git.url);
  if ('refused' in address) {
    return { problem: problemAt(document, at, 'invalid-url', `source.git.url ${address.refused}.`) };
  }
  if (address.relative && base.type === 'git') {
    const message = 'source.git.url is a relative path, but this document lies in a git repository.';
    const hint = 'Write a whole URL, or source.directory for a pack of the same repository.';
    return { problem: problemAt(document, at, 'invalid-url', message, { hint }) };
  }
  const range = checkRange(git, document);
  if (range !== null) return { problem: range };
  const isRelative = address.relative && base.type === 'directory';
  const url = isRelative ? resolve(base.directory, posix.dirname(path), git.url) : git.url;
  return { source: { type: 'git', url, ref: buildGitRef(git), path: normalisePath(git.path ?? '.') } };
}

function checkRange({ semver, tagPrefix }: GitFile, document: YamlDocument): Problem | null {
  const at = ['source', 'git'];
  if (semver === undefined) {
    if (tagPrefix === undefined) return null;
    const message = 'source.git.tagPrefix means nothing without source.git.semver.';
    return problemAt(document, [...at, 'tagPrefix'], 'missing-key', message, { hint: 'Add a range, or remove it.' });
  }
  if (parseConstraint(semver, 'exact') !== undefined) return null;
  const message = `source.git.semver is ${JSON.stringify(semver)}, which is no range of versions.`;
  return problemAt(document, [...at, 'semver'], 'invalid-range', message, {
    hint: 'Write for example ^1.2, ~1.2.3, or >=1.2, <3.',
  });
}
