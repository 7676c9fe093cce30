import type { Command } from 'commander';
import { example, lockTimeout, output, type Run } from './verb-options.ts';

/** Verbs for what safeguards hold back. */
export function addApprovalVerbs(program: Command, run: Run): void {
  const approve = program
    .command('approve')
    .description('Let through, once within 24 hours, exactly what safeguards hold back. Applies nothing itself.')
    .argument('[plan-id]', 'the id that the plan shows')
    .option('--why <text>', 'the reason, for history')
    .option('--list', 'only list the last approvals')
    .option('-y, --yes', 'do not ask')
    .addOption(lockTimeout())
    .addOption(output())
    .action((id, options) =>
      run(async (shell) => (await import('../verbs/approve.ts')).approveVerb(shell, id, options)),
    );
  example(
    approve,
    "attune-sync approve 3f9a1c2b4d5e --why 'the shop is closed'",
    'attune-sync approve --list --output json',
  );
}
