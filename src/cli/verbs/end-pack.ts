import { type EndPackOptions, endPack } from '../../commands/end-pack.ts';
import type { Plan } from '../../plan/plan.ts';
import { printable } from '../../text/printable.ts';
import { ask } from '../ask.ts';
import { withContext, withDatabase } from '../open-context.ts';
import type { Shell } from '../shell.ts';
import type { DataFormat } from '../write-data.ts';
import { showPlans, writeResult } from './apply.ts';

interface EndPackVerbOptions {
  readonly skipDeps?: boolean;
  readonly yes?: boolean;
  /** Milliseconds. */
  readonly lockTimeout: number;
  readonly output: DataFormat;
}

const done = { remove: 'removed', forget: 'forgotten' } as const;

/** `pack remove` and `forget`. @returns the exit code: blocked where something stands in the way or a person said no */
export async function endPackVerb(
  shell: Shell,
  what: EndPackOptions['what'],
  ref: string,
  options: EndPackVerbOptions,
): Promise<number> {
  const question = what === 'remove' ? `Remove the pack ${printable(ref)}?` : `Forget the pack ${printable(ref)}?`;
  const confirm = async (plan: Plan) =>
    plan.changes.some(({ blocks }) => blocks.length === 0) ? ask(shell, question, `nothing was ${done[what]}`) : true;
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const output = options.output === 'text' ? shell.out : shell.err;
      const isShown = options.output === 'text' || options.yes !== true;
      const reconciled = await endPack(database, {
        what,
        ref,
        who: shell.who,
        lockTimeoutMs: options.lockTimeout,
        ...(options.skipDeps === true ? { skipDependencies: true } : {}),
        ...(isShown ? { onPlan: showPlans(output, shell.directory) } : {}),
        ...(options.yes === true ? {} : { confirm }),
      });
      return writeResult(shell, options.output, reconciled);
    }),
  );
}
