import type { Command } from 'commander';
import { parseUntil } from '../parse-until.ts';
import { example, lockTimeout, output, type Run } from './verb-options.ts';

/** Verbs that have packs left as they are for a while. */
export function addSuspensionVerbs(program: Command, run: Run): void {
  const suspend = program
    .command('suspend')
    .description('Have nothing of packs written until they are resumed, by daemon or apply. Plans go on.')
    .argument('[ref...]', 'packs (default: all of them)')
    .requiredOption('--reason <text>', 'for everybody who asks why nothing moves')
    .option('--until <time>', 'ends by itself: after 30m, 2h, 3d, or at a time as 2026-12-01T08:00Z', parseUntil)
    .addOption(lockTimeout())
    .addOption(output())
    .action((refs, options) =>
      run(async (shell) => (await import('../verbs/suspend.ts')).suspendVerb(shell, refs, options)),
    );
  example(
    suspend,
    "attune-sync suspend jira --reason '2.0.0 loses attachments' --until 2d",
    "attune-sync suspend --reason 'freeze until the release'",
  );

  const resume = program
    .command('resume')
    .description('End what was suspended by command. What a document or the configuration suspends is ended there.')
    .argument('[ref...]', 'packs (default: what was suspended for all packs)')
    .option('--all', 'also what was suspended for single packs')
    .addOption(lockTimeout())
    .addOption(output())
    .action((refs, options) =>
      run(async (shell) => (await import('../verbs/resume.ts')).resumeVerb(shell, refs, options)),
    );
  example(resume, 'attune-sync resume jira', 'attune-sync resume --all');
}
