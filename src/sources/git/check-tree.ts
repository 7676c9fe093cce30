import { type Problem, problem } from '../../errors.ts';
import type { TreeEntry } from './list-tree.ts';

const mebibyte = 1024 * 1024;

/** What one pack may weigh; more is taken for a mistake or an attack. */
export const treeLimits = { fileBytes: 256 * mebibyte, totalBytes: 1024 * mebibyte, files: 50_000 } as const;

const maxShown = 20;

/**
 * What forbids writing a tree to disk: links, submodules, names that leave it or mean the same file to some file
 * systems, and sizes. A pure function over the listing, so that nothing is written before the answer.
 */
export function checkTree(entries: readonly TreeEntry[]): readonly Problem[] {
  if (entries.length > treeLimits.files) {
    const message = `It has ${entries.length} files; at most ${treeLimits.files} are allowed`;
    return [problem('error', 'tree-too-large', message, { hint: "Name the pack's own directory with path." })];
  }
  const problems = [...entries.flatMap(checkEntry), ...checkCase(entries), ...checkTotal(entries)];
  if (problems.length <= maxShown) return problems;
  const more = problem('error', 'tree-refused', `${problems.length - maxShown} more files are refused likewise`);
  return [...problems.slice(0, maxShown), more];
}

function checkEntry({ mode, bytes, path }: TreeEntry): readonly Problem[] {
  const name = JSON.stringify(path);
  if (mode === '120000') {
    return [problem('error', 'tree-link', `${name} is a symbolic link`, { hint: 'Packs hold plain files: copy it.' })];
  }
  if (mode === '160000') {
    const hint = 'Submodules are not fetched: put the files into the repository.';
    return [problem('error', 'tree-submodule', `${name} is a submodule`, { hint })];
  }
  if (mode !== '100644' && mode !== '100755' && mode !== '100664') {
    return [problem('error', 'tree-mode', `${name} has the mode ${mode}, which is no plain file`)];
  }
  if (path.includes('\ufffd')) {
    const hint = 'Rename it.';
    return [problem('error', 'tree-name', `The name of ${name} is not UTF-8`, { hint })];
  }
  if (!isSafePath(path)) {
    return [problem('error', 'tree-name', `${name} is no safe name for a file`, { hint: 'Rename it.' })];
  }
  if (bytes > treeLimits.fileBytes) {
    const message = `${name} has ${Math.ceil(bytes / mebibyte)} MiB; at most ${treeLimits.fileBytes / mebibyte} are allowed`;
    return [problem('error', 'tree-too-large', message)];
  }
  return [];
}

/** Relative, inside, not git's own, printable. */
function isSafePath(path: string): boolean {
  if (/\p{Cc}/u.test(path)) return false;
  return path
    .split('/')
    .every((part) => part !== '' && part !== '.' && part !== '..' && !/^(\.git|git~\d+)$/i.test(part));
}

/** On a file system that ignores case one of two such files would overwrite the other. */
function checkCase(entries: readonly TreeEntry[]): readonly Problem[] {
  const seen = new Map<string, string>();
  const problems: Problem[] = [];
  for (const { path } of entries) {
    const parts = path.split('/');
    for (let count = 1; count <= parts.length; count++) {
      const part = parts.slice(0, count).join('/');
      const folded = part.normalize('NFC').toLowerCase();
      const other = seen.get(folded);
      if (other === undefined) seen.set(folded, part);
      else if (other !== part) {
        const message = `${JSON.stringify(other)} and ${JSON.stringify(part)} differ only in case`;
        problems.push(problem('error', 'tree-case', message, { hint: 'Rename one of them.' }));
        break;
      }
    }
  }
  return problems;
}

function checkTotal(entries: readonly TreeEntry[]): readonly Problem[] {
  const total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= treeLimits.totalBytes) return [];
  const message = `It has ${Math.ceil(total / mebibyte)} MiB; at most ${treeLimits.totalBytes / mebibyte} are allowed`;
  return [problem('error', 'tree-too-large', message, { hint: "Name the pack's own directory with path." })];
}
