import type { Command } from 'commander';
import { example, type Run } from './verb-options.ts';

/** Verbs that bring what is installed under this tool. */
export function addExistingVerbs(program: Command, run: Run): void {
  const exporting = program
    .command('export')
    .description('Write documents for what is installed, by whomever. Planning them changes no row.')
    .argument('[ref...]', 'only these packs')
    .option('--out <dir>', 'write DIR/desired/REF.yaml, and DIR/packs/REF where files have no other source')
    .option('--force', 'replace files that are there and differ')
    .action((refs, options) =>
      run(async (shell) => (await import('../verbs/export.ts')).exportVerb(shell, refs, options)),
    );
  example(exporting, 'attune-sync export --out .', 'attune-sync export jira slack');
}
