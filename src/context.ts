import type { Config } from './config/config.ts';
import type { Database } from './database/database.ts';
import type { Logger } from './logger.ts';
import type { Progress } from './progress.ts';
import type { Redactor } from './redactor.ts';

/** One call of git to a remote. */
export interface RemoteCall {
  readonly verb: 'ls-remote' | 'fetch';
  /** In lower case; '' where the remote is a path. */
  readonly host: string;
  readonly durationMs: number;
  /** The code of what went wrong; null where it answered. */
  readonly failure: string | null;
}

/** What every command and the daemon work with: made in one place, passed as the first argument, closed once. */
export interface Context {
  readonly config: Config;
  readonly log: Logger;
  readonly redactor: Redactor;
  readonly progress: Progress;
  /** Ends what is under way: no new pack is begun, children are ended. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Values that documents may ask for with `fromEnv`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Called at the end of every call of git to a remote: who measures them adds itself. Must not throw. */
  readonly remoteListeners?: Set<(call: RemoteCall) => void>;
}

/** A context with a database. */
export interface DatabaseContext extends Context {
  readonly database: Database;
}
