import { closeSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { SyncError } from '../../errors.ts';
import type { Interpreter } from '../environment.ts';
import { findVersion } from '../find-version.ts';
import { type RunUser, runCommand } from '../run-command.ts';
import { findPrograms } from './find-program.ts';

export interface ProbeOptions {
  /** Where programs are looked for. */
  readonly path: string;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Who asks them; this process's own user without one. */
  readonly user?: RunUser;
}

/** How long a program may take to say its version. */
const deadlineMs = 10_000;

/** By what a file is now: asking a program takes longer than the rest of a pass, and the answer mostly stays the same. */
const known = new Map<string, Known>();

interface Known {
  readonly answer: Promise<Answer>;
  /** In ms since the epoch. */
  until: number;
}

/** How long an answer counts that can be another one although the file is the same. */
const briefMs = 5 * 60_000;

/** `missing`: a shim of a version manager that leads to nothing. `denied`: who asks may not run it. */
type Answer = 'missing' | 'denied' | { readonly version: string | null };

/** What a shell, and so every shim, says of a program that is not there. */
const notFound = 127;

/**
 * Finds interpreters on this machine and has each tell its version, once as long as its file is the same. Those that tell
 * none, and scripts, are asked again after five minutes.
 *
 * @param binaries as runtimes call them
 * @returns by binary; null where there is none
 * @throws SyncError `aborted`
 */
export async function probeInterpreters(
  binaries: Iterable<string>,
  options: ProbeOptions,
): Promise<ReadonlyMap<string, Interpreter | null>> {
  const distinct = [...new Set(binaries)].sort();
  return new Map(await Promise.all(distinct.map(async (binary) => [binary, await probe(binary, options)] as const)));
}

async function probe(binary: string, options: ProbeOptions): Promise<Interpreter | null> {
  for (const file of findPrograms(binary, options.path)) {
    const path = realpathSync(file);
    const answer = await askOnce(file, path, options);
    if (answer === 'denied') continue;
    return answer === 'missing' ? null : { path, ...answer };
  }
  return null;
}

async function askOnce(file: string, path: string, options: ProbeOptions): Promise<Answer> {
  const { size, mtimeMs } = statSync(path);
  const key = [path, file, size, mtimeMs, options.user?.uid].join('\0');
  const before = known.get(key);
  if (before !== undefined && options.now().getTime() < before.until) return before.answer;
  const asked: Known = { answer: askVersion(file, options), until: Number.POSITIVE_INFINITY };
  known.set(key, asked);
  try {
    const answer = await asked.answer;
    if (!isLasting(answer) || isScript(path)) asked.until = options.now().getTime() + briefMs;
    return answer;
  } catch (error) {
    // What was cut off is no answer.
    if (known.get(key) === asked) known.delete(key);
    throw error;
  }
}

/** What says no version may have been too slow, or ended by a machine without memory, and do better next time. */
function isLasting(answer: Answer): boolean {
  return typeof answer === 'object' && answer.version !== null;
}

/** A shim of a version manager leads to what is chosen elsewhere. */
function isScript(path: string): boolean {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return false;
  }
  try {
    const start = Buffer.alloc(2);
    return readSync(file, start, 0, 2, 0) === 2 && start.toString('latin1') === '#!';
  } finally {
    closeSync(file);
  }
}

/** No version where it says none, fails, or does not come to an end. Run by the path it was found at: some go by their name. */
async function askVersion(file: string, { path, ...options }: ProbeOptions): Promise<Answer> {
  const chunks: Buffer[] = [];
  try {
    const { code } = await runCommand({
      argv: [file, '--version'],
      cwd: dirname(file),
      variables: { PATH: path, LANG: 'C.UTF-8' },
      timeoutMs: deadlineMs,
      ...options,
      write: (chunk) => {
        if (chunks.length < 16) chunks.push(chunk);
      },
    });
    const version = code === 0 ? findVersion(Buffer.concat(chunks).toString('utf8')) : null;
    return code === notFound ? 'missing' : { version };
  } catch (error) {
    if (error instanceof SyncError && error.code === 'command-not-found') return 'denied';
    if (error instanceof SyncError && error.code !== 'aborted') return { version: null };
    throw error;
  }
}
