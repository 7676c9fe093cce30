import type { Config } from './config/config.ts';
import type { Database } from './database/database.ts';
import type { Logger } from './logger.ts';
import type { Progress } from './progress.ts';
import type { Redactor } from './redactor.ts';

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
}

/** A context with a database. */
export interface DatabaseContext extends Context {
  readonly database: Database;
}
