import type { Command } from 'commander';
import { example, lockTimeout, output, type Run } from './verb-options.ts';

/** Verbs for what people set where packs say otherwise. */
export function addOverrideVerbs(program: Command, run: Run): void {
  const override = program.command('override').description('Look at switches and config that people set, or end them.');
  example(override, 'attune-sync override list', 'attune-sync override drop jira.poller');
  const list = override
    .command('list')
    .description('List the switches and config keys that people set and no document decides.')
    .argument('[ref]', 'only of this pack or component')
    .addOption(output())
    .action((ref, options) =>
      run(async (shell) => (await import('../verbs/override-list.ts')).overrideListVerb(shell, ref, options)),
    );
  example(list, 'attune-sync override list', 'attune-sync override list jira --output json');

  const drop = override
    .command('drop')
    .description('End what people set: the next apply sets what the pack says there.')
    .argument('<ref>', 'a component, or a pack with all that people set in it')
    .argument('[field]', 'only this: enabled, or a key of the config of the pack')
    .option('-y, --yes', 'do not ask')
    .addOption(lockTimeout())
    .addOption(output())
    .action((ref, field, options) =>
      run(async (shell) => (await import('../verbs/override-drop.ts')).overrideDropVerb(shell, ref, field, options)),
    );
  example(drop, 'attune-sync override drop jira.poller', 'attune-sync override drop jira base_url --yes');
}
