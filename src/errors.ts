import { describeDiskFault } from './disk-fault.ts';

/** Where in a file something stands; line and column count from 1. */
export interface Position {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/**
 * One thing that is wrong, as data, so that all of them can be gathered and shown together.
 * An error stops the pack or document it concerns; a warning is shown and nothing stops.
 */
export interface Problem {
  readonly severity: 'error' | 'warning';
  /** Stable, kebab-case: tests, JSON readers and documentation refer to it. */
  readonly code: string;
  /** What happened and what was expected, one sentence, without a full path of this machine where `where` has it. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  readonly where?: Position;
  /** The source line at `where`. */
  readonly excerpt?: string;
}

/** When it makes sense to try again: by itself after a while, once its input changed, or never. */
export type Retry = 'soon' | 'on-change' | 'never';

interface ErrorOptions {
  readonly hint?: string;
  readonly where?: Position;
  readonly excerpt?: string;
  readonly retry?: Retry;
  readonly cause?: unknown;
  /** All that was found wrong, where it is more than one thing. */
  readonly problems?: readonly Problem[];
}

/** The one error for everything a person or the world can cause. Any other error is a fault of this program. */
export class SyncError extends Error {
  readonly code: string;
  readonly retry: Retry;
  readonly problems: readonly Problem[];

  constructor(code: string, message: string, options: ErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'SyncError';
    this.code = code;
    this.retry = options.retry ?? 'on-change';
    this.problems = options.problems ?? [problem('error', code, message, options)];
  }
}

/** A Problem without the keys that were not given, so that equal problems are equal as JSON. */
export function problem(
  severity: Problem['severity'],
  code: string,
  message: string,
  more: Pick<ErrorOptions, 'hint' | 'where' | 'excerpt'> = {},
): Problem {
  return {
    severity,
    code,
    message,
    ...(more.hint === undefined ? {} : { hint: more.hint }),
    ...(more.where === undefined ? {} : { where: more.where }),
    ...(more.excerpt === undefined ? {} : { excerpt: more.excerpt }),
  };
}

/** Any thrown value as problems: a SyncError's own, what a disk refuses, or one that names an unexpected fault. */
export function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof SyncError) return error.problems;
  const disk = describeDiskFault(error);
  if (disk !== null) return [problem('error', disk.code, disk.message, { hint: disk.hint })];
  const message = error instanceof Error ? error.message : String(error);
  return [problem('error', 'unexpected', message)];
}

/** False where there are only warnings. */
export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some(({ severity }) => severity === 'error');
}
