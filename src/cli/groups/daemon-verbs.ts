import { type Command, Option } from 'commander';
import { parseLockTimeout } from '../parse-lock-timeout.ts';
import { example, output, type Run } from './verb-options.ts';

/** Verbs that speak with the daemon that leads. */
export function addDaemonVerbs(program: Command, run: Run): void {
  const reconcile = program
    .command('reconcile')
    .description('Ask the daemon that leads to look again now: all remotes and documents, or those of some packs.')
    .argument('[ref...]', 'packs (default: all of them)')
    .option('--wait', 'wait for the end of the pass, and end as `apply` would')
    .addOption(
      new Option('--timeout <duration>', 'how long to wait').argParser(parseLockTimeout).default(300_000, '5m'),
    )
    .addOption(output())
    .action((refs, options) =>
      run(async (shell) => (await import('../verbs/reconcile.ts')).reconcileVerb(shell, refs, options)),
    );
  example(reconcile, 'attune-sync reconcile', 'attune-sync reconcile jira --wait --timeout 2m');
}
