import { join } from 'node:path';
import type { Config } from '../../src/config/config.ts';

interface ConfigParts {
  /** Default: the directory `desired`. */
  readonly desiredState?: Config['desiredState'];
  readonly git?: Partial<Config['git']>;
  readonly sync?: Partial<Config['sync']>;
}

/** A configuration that a file below the directory could have; no environment is built, and absence is believed at once. */
export function createTestConfig(directory: string, parts: ConfigParts = {}): Config {
  return {
    file: join(directory, 'attune.config.yaml'),
    name: 'test',
    desiredState: parts.desiredState ?? [{ type: 'directory', name: 'desired', directory: join(directory, 'desired') }],
    database: { type: 'embedded', schema: 'attune' },
    stateDir: join(directory, 'state'),
    packStore: { directory: join(directory, 'store'), keepMs: 0 },
    git: { transports: ['file', 'http'], timeoutMs: 20_000, hosts: {}, ...parts.git },
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
      ...parts.sync,
    },
  };
}
