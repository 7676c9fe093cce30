import { join } from 'node:path';
import type { GitSettings } from '../../config/config.ts';
import type { RemoteCall } from '../../context.ts';
import type { Logger } from '../../logger.ts';
import type { Redactor } from '../../redactor.ts';
import { prepareHome } from './prepare-home.ts';

/** What every function that speaks git needs; made by `createGit`, which does nothing on disk. */
export interface Git {
  readonly settings: GitSettings;
  /** Absolute path of the directory with our git configuration and the mirrors. */
  readonly home: string;
  readonly log: Logger;
  readonly redactor: Redactor;
  /** Ends every git process that runs. */
  readonly signal: AbortSignal;
  /** The caller's environment: its search path and proxies, and all of it for hosts with `inherit: true`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly remoteListeners: ReadonlySet<(call: RemoteCall) => void>;
  /** The mirrors that this handle holds the lock of now, by directory. */
  readonly holds: Map<string, MirrorHold>;
  /** Writes our git configuration where it is missing or different; must be awaited before git is run. */
  ready(): Promise<void>;
}

/** A mirror's lock, shared by all who use the mirror at once through one `Git`. */
export interface MirrorHold {
  users: number;
  readonly release: Promise<() => Promise<void>>;
  /** How often the mirror was made anew meanwhile. */
  generation: number;
  /** The end of the last fetch: two fetches in one mirror would fail. */
  fetched: Promise<unknown>;
}

interface GitOptions {
  readonly settings: GitSettings;
  readonly stateDir: string;
  readonly log: Logger;
  readonly redactor: Redactor;
  readonly signal: AbortSignal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly remoteListeners?: ReadonlySet<(call: RemoteCall) => void>;
}

/**
 * One handle for as long as a mirror may be held: two of one process would wait for each other's locks. From here on
 * the redactor knows the tokens.
 */
export function createGit(options: GitOptions): Git {
  const home = join(options.stateDir, 'git');
  let prepared: Promise<void> | undefined;
  for (const { token } of Object.values(options.settings.hosts)) {
    if (token !== undefined) options.redactor.know(token);
  }
  return {
    settings: options.settings,
    home,
    log: options.log,
    redactor: options.redactor,
    signal: options.signal,
    environment: options.environment,
    remoteListeners: options.remoteListeners ?? new Set(),
    holds: new Map(),
    ready() {
      prepared ??= prepareHome(home);
      return prepared;
    },
  };
}
