import { join } from 'node:path';
import type { GitSettings } from '../../src/config/config.ts';
import type { Logger } from '../../src/logger.ts';
import { createRedactor } from '../../src/redactor.ts';
import { createGit, type Git } from '../../src/sources/git/git.ts';
import { gitEnvironment } from './git.ts';

/** A logger that keeps every line as text. */
export function keepLog(): Logger & { readonly lines: string[] } {
  const lines: string[] = [];
  const write = (message: string, fields: unknown = {}) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  return { lines, debug: write, info: write, warn: write, error: write };
}

export interface TestGit extends Git {
  readonly lines: readonly string[];
  readonly stateDir: string;
}

/** A `Git` with its state below the directory; `file` and `http` are allowed, nothing of the machine's set-up is used. */
export function createTestGit(
  directory: string,
  options: Partial<GitSettings> & { path?: string; signal?: AbortSignal; environment?: Record<string, string> } = {},
): TestGit {
  const { path = gitEnvironment.PATH, signal = new AbortController().signal, environment = {}, ...settings } = options;
  const stateDir = join(directory, 'state');
  const log = keepLog();
  const git = createGit({
    settings: { transports: ['https', 'http', 'ssh', 'file'], timeoutMs: 30_000, hosts: {}, ...settings },
    stateDir,
    log,
    redactor: createRedactor(),
    signal,
    environment: { PATH: path, ...environment },
  });
  return { ...git, lines: log.lines, stateDir };
}
