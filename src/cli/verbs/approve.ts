import { approve } from '../../commands/approve.ts';
import { listApprovals } from '../../commands/list-approvals.ts';
import {
  renderApprovalJson,
  renderApprovalsJson,
  renderApprovalsText,
  renderApprovalText,
  renderGuardedSet,
} from '../../commands/render-approvals.ts';
import { SyncError } from '../../errors.ts';
import type { GuardedSet } from '../../plan/plan.ts';
import { ask } from '../ask.ts';
import { exitCodes } from '../exit-code.ts';
import { withContext, withDatabase } from '../open-context.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, writeData } from '../write-data.ts';

interface ApproveVerbOptions {
  readonly why?: string;
  readonly list?: boolean;
  readonly yes?: boolean;
  /** Milliseconds. */
  readonly lockTimeout: number;
  readonly output: DataFormat;
}

/** @returns the exit code: blocked where a person said no */
export async function approveVerb(shell: Shell, id: string | undefined, options: ApproveVerbOptions): Promise<number> {
  if (options.list === true) return listVerb(shell, options.output);
  if (id === undefined) {
    throw new SyncError('missing-id', 'Name the id of what is to be approved.', {
      hint: '`attune-sync plan` shows it near its end.',
    });
  }
  const show = (guarded: GuardedSet) => shell.err.write(renderGuardedSet(guarded));
  const confirm = async (guarded: GuardedSet) => {
    show(guarded);
    return options.yes === true || ask(shell, 'Let exactly these through?', 'nothing was approved');
  };
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const given = await approve(database, {
        id,
        who: shell.who,
        lockTimeoutMs: options.lockTimeout,
        ...(options.why === undefined ? {} : { why: options.why }),
        confirm,
      });
      if (given === null) {
        shell.err.write('Nothing was approved.\n');
        return exitCodes.blocked;
      }
      await writeData(shell.out, options.output, renderApprovalJson(given), () => renderApprovalText(given));
      return exitCodes.ok;
    }),
  );
}

function listVerb(shell: Shell, output: DataFormat): Promise<number> {
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const approvals = await listApprovals(database);
      await writeData(shell.out, output, renderApprovalsJson(approvals), () =>
        renderApprovalsText(approvals, shell.out),
      );
      return exitCodes.ok;
    }),
  );
}
