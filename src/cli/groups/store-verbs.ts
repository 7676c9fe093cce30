import type { Command } from 'commander';
import { example, lockTimeout, output, type Run } from './verb-options.ts';

/** Verbs for the pack store. */
export function addStoreVerbs(program: Command, run: Run): void {
  const store = program.command('store').description('Look after the pack store.');
  example(store, 'attune-sync store claim');
  const claim = store
    .command('claim')
    .description('Join this pack store and this database, after one of them was replaced on purpose.')
    .addOption(lockTimeout())
    .action((options) =>
      run(async (shell) => (await import('../verbs/store-claim.ts')).storeClaimVerb(shell, options)),
    );
  example(claim, 'attune-sync store claim');

  const sweep = store
    .command('sweep')
    .description(
      'Delete versions that others took the place of long ago. Runs that write something do it by themselves.',
    )
    .option('--dry-run', 'only show what would go, and what stays and why')
    .option('-y, --yes', 'do not ask')
    .addOption(lockTimeout())
    .addOption(output())
    .action((options) =>
      run(async (shell) => (await import('../verbs/store-sweep.ts')).storeSweepVerb(shell, options)),
    );
  example(sweep, 'attune-sync store sweep --dry-run', 'attune-sync store sweep --yes');
}
