import type { Command } from 'commander';
import { example, lockTimeout, output, type Run } from './verb-options.ts';

/** Verbs for the runtimes that packs need. */
export function addRuntimeVerbs(program: Command, run: Run): void {
  const runtimes = program.command('runtimes').description('Look at the runtimes that packs run in, and verify them.');
  example(runtimes, 'attune-sync runtimes list', 'attune-sync runtimes verify core.python');
  const list = runtimes
    .command('list')
    .description('List every runtime in Attune with its versions, and the packs that use it.')
    .addOption(output())
    .action((options) =>
      run(async (shell) => (await import('../verbs/runtimes-list.ts')).runtimesListVerb(shell, options)),
    );
  example(list, 'attune-sync runtimes list', 'attune-sync runtimes list --output json');

  const verify = runtimes
    .command('verify')
    .description('Run what runtimes say tells whether they are on this machine. Runs commands that packs name.')
    .argument('[ref...]', 'runtimes, versions (core.python@3.12), or packs with all their runtimes (default: all)')
    .option('--write', 'record in Attune which versions are available, and when that was found')
    .addOption(lockTimeout())
    .addOption(output())
    .action((refs, options) =>
      run(async (shell) => (await import('../verbs/runtimes-verify.ts')).runtimesVerifyVerb(shell, refs, options)),
    );
  example(verify, 'attune-sync runtimes verify', 'attune-sync runtimes verify core.python --write');
}
