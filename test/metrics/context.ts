import { join } from 'node:path';
import type { Context } from '../../src/context.ts';
import { noProgress } from '../../src/progress.ts';
import { createRedactor } from '../../src/redactor.ts';

/** What a companion of a daemon sees of it, without a database. */
export function createContext(directory: string): Context {
  const quiet = () => {};
  return {
    config: {
      file: join(directory, 'attune.config.yaml'),
      name: 'test',
      desiredState: [],
      database: { type: 'embedded', schema: 'attune' },
      stateDir: join(directory, 'state'),
      packStore: { directory: join(directory, 'store'), keepMs: 0 },
      git: { transports: ['file'], timeoutMs: 10_000, hosts: {} },
      environments: { build: 'never', timeoutMs: 60_000, variables: {} },
      tests: 'pack',
      history: { keepMs: 3_600_000 },
      sync: {
        intervalMs: 30_000,
        prune: true,
        removalDelayMs: 0,
        drainMs: null,
        removalLimit: { count: 5, percent: 25 },
        drift: 'repair',
        concurrency: 2,
      },
    },
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    redactor: createRedactor(),
    progress: noProgress,
    signal: new AbortController().signal,
    now: () => new Date(),
    environment: { PATH: process.env.PATH },
  };
}
