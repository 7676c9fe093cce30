import type { Context } from '../../src/context.ts';
import { noProgress } from '../../src/progress.ts';
import { createRedactor } from '../../src/redactor.ts';
import { createTestConfig } from '../support/config.ts';

/** What a companion of a daemon sees of it, without a database. */
export function createContext(directory: string): Context {
  const quiet = () => {};
  return {
    config: createTestConfig(directory, { desiredState: [] }),
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    redactor: createRedactor(),
    progress: noProgress,
    signal: new AbortController().signal,
    now: () => new Date(),
    environment: { PATH: process.env.PATH },
  };
}
