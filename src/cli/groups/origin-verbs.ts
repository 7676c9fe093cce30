import type { Command } from 'commander';
import { example, output, type Run } from './verb-options.ts';

/** Verbs that show what there is, and where it comes from. */
export function addOriginVerbs(program: Command, run: Run): void {
  const trace = program
    .command('trace')
    .description(
      'Follow a pack or component back: to its file and line, commit, author, document, and the run that wrote it.',
    )
    .argument('<ref>', 'of an action, rule, sensor, trigger, workflow, … or pack')
    .addOption(output())
    .action((ref, options) => run(async (shell) => (await import('../verbs/trace.ts')).traceVerb(shell, ref, options)));
  example(trace, 'attune-sync trace jira.create_issue', 'attune-sync trace jira --output json');

  const tree = program
    .command('tree')
    .description('Show managers, their packs and what these are made of, with what people made or set there.')
    .argument('[ref]', 'only this pack')
    .option('--packs', 'only the packs, not what they are made of')
    .addOption(output())
    .action((ref, options) => run(async (shell) => (await import('../verbs/tree.ts')).treeVerb(shell, ref, options)));
  example(tree, 'attune-sync tree --packs', 'attune-sync tree jira --output json');
}
