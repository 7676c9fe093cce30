import { runGit } from './run-git.ts';
import { localFailure, mirrorEnvironment, slowMirror } from './run-local.ts';
import type { Mirror } from './with-mirror.ts';

/** Takes the content of one object, in pieces. */
export interface ObjectSink {
  write(piece: Buffer): void;
  end(): void;
}

/**
 * Reads objects of a mirror, byte by byte as they are in it, by one git process.
 *
 * @param open called with the index of an object when it begins, one after the other
 * @throws SyncError `git-mirror-damaged`, `git-timeout`, `disk-full`, `aborted`; and what `open` or its sinks throw
 */
export async function readObjects(
  mirror: Mirror,
  ids: readonly string[],
  open: (index: number) => ObjectSink,
): Promise<void> {
  const { git } = mirror;
  const missing = (id: string) => localFailure(mirror, `${id} is missing`);
  const reader = createBatchReader(open, missing);
  git.log.debug('git', { args: `cat-file --batch (${ids.length} objects)` });
  const { cut, exitCode, stderr } = await runGit(['cat-file', '--batch', '--buffer'], {
    environment: mirrorEnvironment(mirror),
    cwd: mirror.directory,
    timeoutMs: git.settings.timeoutMs,
    maxBytes: 0,
    signal: git.signal,
    input: ids.map((id) => `${id}\n`).join(''),
    take: reader.take,
  });
  if (cut === 'timeout') throw slowMirror(mirror);
  if (exitCode !== 0) throw localFailure(mirror, stderr);
  if (reader.count() !== ids.length) throw missing(ids[reader.count()] ?? '');
}

/**
 * Reads what `git cat-file --batch` prints, in pieces of any size: `ID TYPE SIZE`, the content, a newline.
 *
 * @param missing makes the error that is thrown for an object that git does not have
 */
export function createBatchReader(
  open: (index: number) => ObjectSink,
  missing: (id: string) => Error,
): {
  take(chunk: Buffer): void;
  /** Objects that were read whole. */
  count(): number;
} {
  let [count, left, header] = [0, 0, ''];
  let sink: ObjectSink | undefined;

  function readHeader(chunk: Buffer, from: number): number {
    const newline = chunk.indexOf('\n', from);
    const end = newline < 0 ? chunk.length : newline;
    header += chunk.toString('latin1', from, end);
    if (newline < 0) return end;
    const [, size] = /^[0-9a-f]+ [a-z]+ (\d+)$/.exec(header) ?? [];
    if (size === undefined) throw missing(header.split(' ')[0] ?? '');
    sink = open(count);
    left = Number(size);
    header = '';
    return end + 1;
  }

  function readContent(target: ObjectSink, chunk: Buffer, from: number): number {
    const end = Math.min(from + left, chunk.length);
    if (end > from) target.write(chunk.subarray(from, end));
    left -= end - from;
    if (left > 0 || end === chunk.length) return end;
    target.end();
    sink = undefined;
    count++;
    return end + 1;
  }

  return {
    take(chunk) {
      for (let at = 0; at < chunk.length; ) {
        at = sink === undefined ? readHeader(chunk, at) : readContent(sink, chunk, at);
      }
    },
    count: () => count,
  };
}
