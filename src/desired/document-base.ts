import { join, posix } from 'node:path';

/** Where the documents of an entry lie: the directory that their paths are relative to. */
export type DocumentBase =
  /** Absolute path on this machine. */
  | { readonly type: 'directory'; readonly directory: string }
  /** `path` is the entry's directory in the repository, without outer slashes; '' is its root. */
  | { readonly type: 'git'; readonly url: string; readonly commit: string; readonly path: string };

/** A document's file as messages name it; of git like `git show` does, with the repository before it. */
export function nameFile(base: DocumentBase, path: string): string {
  return base.type === 'directory' ? join(base.directory, path) : `${base.url}:${posix.join(base.path, path)}`;
}
