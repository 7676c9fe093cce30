import type { Config, DesiredEntry } from '../../src/config/config.ts';
import type { Context } from '../../src/context.ts';
import { noProgress } from '../../src/progress.ts';
import { createRedactor } from '../../src/redactor.ts';
import { createTestConfig } from './config.ts';
import { gitEnvironment } from './git.ts';
import { keepLog } from './git-handle.ts';

interface ContextOptions {
  /** Default: the directory `desired`. */
  readonly desiredState?: readonly DesiredEntry[];
  readonly git?: Partial<Config['git']>;
  /** Search path, for a git that counts. */
  readonly path?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** A context for reading the desired state, without a database; its state lies below the directory. */
export function createTestContext(
  directory: string,
  options: ContextOptions = {},
): Context & { readonly lines: readonly string[] } {
  const log = keepLog();
  const { desiredState, git } = options;
  const config = createTestConfig(directory, {
    ...(desiredState === undefined ? {} : { desiredState }),
    ...(git === undefined ? {} : { git }),
    sync: { intervalMs: 1000, concurrency: 3 },
  });
  return {
    config,
    log,
    lines: log.lines,
    redactor: createRedactor(),
    progress: noProgress,
    signal: options.signal ?? new AbortController().signal,
    now: () => new Date(0),
    environment: { PATH: options.path ?? gitEnvironment.PATH, ...options.environment },
  };
}

/** A pack of one action, as small as it can be. */
export function tinyPack(ref: string, version = '1.0.0'): Record<string, string> {
  return {
    'pack.yaml': `ref: ${ref}\nlabel: ${ref}\ndescription: A pack\nversion: ${version}\n`,
    'actions/hello.yaml': `ref: ${ref}.hello\nlabel: Hello\ndescription: Says hello\nrunner_type: shell\nentry_point: hello.sh\n`,
    'actions/hello.sh': '#!/bin/sh\necho hello\n',
  };
}

/** A document whose pack comes from a git remote. */
export function gitDocument(ref: string, url: string, more = ''): string {
  return `kind: Pack\nref: ${ref}\nsource:\n  git:\n    url: ${url}\n${more}`;
}
