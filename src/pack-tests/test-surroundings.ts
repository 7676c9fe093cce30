import type { BuildLog } from '../environments/build-log.ts';
import type { RunUser } from '../environments/run-command.ts';
import type { Scratch } from '../environments/scratch.ts';
import type { Redactor } from '../redactor.ts';

/** Everything around the tests of a pack. */
export interface TestSurroundings {
  /** Where the copy is made; nothing stands there, and nothing does afterwards. */
  readonly root: string;
  /** The variables of commands that run in a scratch directory; of `PATH` the programs of environments come first. */
  readonly variables: (scratch: Scratch) => Readonly<Record<string, string>>;
  /** Who runs them; this process's own user without one. */
  readonly user?: RunUser;
  readonly log?: BuildLog;
  readonly redactor: Redactor;
  readonly signal: AbortSignal;
  readonly now: () => Date;
}
