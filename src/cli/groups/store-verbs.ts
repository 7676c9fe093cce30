import type { Command } from 'commander';
import { example, lockTimeout, type Run } from './verb-options.ts';

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
}
