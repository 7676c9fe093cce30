import { rollback } from '../../commands/rollback.ts';
import type { Plan } from '../../plan/plan.ts';
import { printable } from '../../text/printable.ts';
import { ask } from '../ask.ts';
import { withContext, withDatabase } from '../open-context.ts';
import type { Shell } from '../shell.ts';
import type { DataFormat } from '../write-data.ts';
import { showPlans, writeResult } from './apply.ts';

interface RollbackVerbOptions {
  readonly to?: string;
  readonly why?: string;
  readonly skipDeps?: boolean;
  readonly skipTests?: boolean;
  readonly yes?: boolean;
  /** Milliseconds. */
  readonly lockTimeout: number;
  readonly output: DataFormat;
}

/** Shows the plan, asks, and takes the pack back. @returns the exit code of the run */
export async function rollbackVerb(shell: Shell, ref: string, options: RollbackVerbOptions): Promise<number> {
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const output = options.output === 'text' ? shell.out : shell.err;
      const isShown = options.output === 'text' || options.yes !== true;
      const confirm = async (plan: Plan) =>
        plan.changes.some(({ blocks }) => blocks.length === 0)
          ? ask(shell, `Roll ${printable(ref)} back?`, 'nothing was rolled back')
          : true;
      const reconciled = await rollback(database, {
        ref,
        who: shell.who,
        lockTimeoutMs: options.lockTimeout,
        ...(options.skipDeps === true ? { skipDependencies: true } : {}),
        ...(options.skipTests === true ? { skipTests: true } : {}),
        ...(options.to === undefined ? {} : { to: options.to }),
        ...(options.why === undefined ? {} : { why: options.why }),
        ...(isShown ? { onPlan: showPlans(output, shell.directory) } : {}),
        ...(options.yes === true ? {} : { confirm }),
      });
      return writeResult(shell, options.output, reconciled);
    }),
  );
}
