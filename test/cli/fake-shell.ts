import { PassThrough, Readable } from 'node:stream';
import { createErrorOutput, createOutput } from '../../src/cli/output.ts';
import type { GlobalOptions, Shell } from '../../src/cli/shell.ts';
import { createRedactor } from '../../src/redactor.ts';

export interface FakeShell extends Shell {
  /** What was written since the last call. */
  readonly stdout: () => string;
  readonly stderr: () => string;
}

/** A shell whose person gives these answers, without terminal colours. */
export function createFakeShell(given: {
  readonly directory: string;
  readonly answers?: readonly string[];
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly options?: Partial<GlobalOptions>;
  readonly signal?: AbortSignal;
}): FakeShell {
  const redactor = createRedactor();
  const facts = { redactor, color: false, isTerminal: false, width: 100 };
  const [out, err] = [new PassThrough(), new PassThrough()];
  return {
    options: { logLevel: 'warn', logFormat: 'text', ...given.options },
    out: createOutput(out, facts),
    err: createErrorOutput(err, facts),
    input: Readable.from(given.answers ?? []),
    canAsk: given.answers !== undefined,
    redactor,
    signal: given.signal ?? new AbortController().signal,
    environment: given.environment ?? {},
    directory: given.directory,
    args: given.args ?? [],
    who: 'ada@host',
    version: '0.0.0-test',
    stdout: () => String(out.read() ?? ''),
    stderr: () => String(err.read() ?? ''),
  };
}
