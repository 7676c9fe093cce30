import type { Command } from 'commander';
import { example, lockTimeout, output, type Run } from './verb-options.ts';

/** Verbs that end the management of a pack, and for what was set aside with removed ones. */
export function addRemovalVerbs(program: Command, run: Run): void {
  const forget = program
    .command('forget')
    .description('Stop managing a pack that no document names. Its rows, links and files stay.')
    .argument('<ref>', 'the pack')
    .option('-y, --yes', 'do not ask')
    .addOption(lockTimeout())
    .addOption(output())
    .action((ref, options) =>
      run(async (shell) => (await import('../verbs/end-pack.ts')).endPackVerb(shell, 'forget', ref, options)),
    );
  example(forget, 'attune-sync forget jira');

  const preserved = program.command('preserved').description('Look at what was set aside, put it back, or drop it.');
  example(preserved, 'attune-sync preserved list --pack jira', 'attune-sync preserved restore 12 13');
  const list = preserved
    .command('list')
    .description('List what people made and removals set aside, and what it waits for.')
    .option('--pack <ref>', 'only of this pack')
    .addOption(output())
    .action((options) =>
      run(async (shell) => (await import('../verbs/preserved-list.ts')).preservedListVerb(shell, options)),
    );
  example(list, 'attune-sync preserved list', 'attune-sync preserved list --pack jira --output json');

  const show = preserved
    .command('show')
    .description('Show one row that is set aside, secrets as digests.')
    .argument('<id>', 'as the list shows it')
    .addOption(output())
    .action((id, options) =>
      run(async (shell) => (await import('../verbs/preserved-show.ts')).preservedShowVerb(shell, id, options)),
    );
  example(show, 'attune-sync preserved show 12');

  const restore = preserved
    .command('restore')
    .description('Put rows back now. Nothing is overwritten: where a place is taken, the row stays set aside.')
    .argument('[id...]', 'as the list shows them')
    .option('--pack <ref>', 'all that is set aside of this pack')
    .addOption(lockTimeout())
    .addOption(output())
    .action((ids, options) =>
      run(async (shell) => (await import('../verbs/preserved-restore.ts')).preservedRestoreVerb(shell, ids, options)),
    );
  example(restore, 'attune-sync preserved restore 12 13', 'attune-sync preserved restore --pack jira');

  const drop = preserved
    .command('drop')
    .description('Delete rows that are set aside for good.')
    .argument('<id...>', 'as the list shows them')
    .option('-y, --yes', 'do not ask')
    .addOption(lockTimeout())
    .addOption(output())
    .action((ids, options) =>
      run(async (shell) => (await import('../verbs/preserved-drop.ts')).preservedDropVerb(shell, ids, options)),
    );
  example(drop, 'attune-sync preserved drop 12');
}
