import type { Command } from 'commander';
import { parseLimit } from '../parse-limit.ts';
import { parseSince } from '../parse-since.ts';
import { example, lockTimeout, output, type Run, skipDeps, skipTests } from './verb-options.ts';

/** Verbs for what was: going back, and looking back. */
export function addVersionVerbs(program: Command, run: Run): void {
  const rollback = program
    .command('rollback')
    .description('Take a pack back to an earlier version, and hold it there until its source gives something else.')
    .argument('<ref>', 'the pack')
    .option('--to <version>', 'a version, or the first 7 digits of a commit or digest (default: the one before)')
    .option('--why <text>', 'the reason, for plans, status and history')
    .addOption(skipDeps())
    .addOption(skipTests())
    .option('-y, --yes', 'do not ask')
    .addOption(lockTimeout())
    .addOption(output())
    .action((ref, options) =>
      run(async (shell) => (await import('../verbs/rollback.ts')).rollbackVerb(shell, ref, options)),
    );
  example(
    rollback,
    'attune-sync rollback jira --why "2.0.0 loses attachments"',
    'attune-sync rollback jira --to 1.4.2 --yes',
  );

  const history = program
    .command('history')
    .description(
      'Show what runs did, newest first: when, by whom, why, from what to what. JSON and YAML hold long reasons whole.',
    )
    .argument('[ref]', 'only this pack, which may be gone')
    .option('--limit <n>', 'at most so many lines', parseLimit, 20)
    .option('--since <time>', 'only since then: 24h, 7d, or a date as 2026-11-21', parseSince)
    .addOption(output())
    .action((ref, options) =>
      run(async (shell) => (await import('../verbs/history.ts')).historyVerb(shell, ref, options)),
    );
  example(history, 'attune-sync history', 'attune-sync history jira --since 7d --output json');
}
