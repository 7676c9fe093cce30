import type { Command } from 'commander';
import {
  despiteWindow,
  example,
  lockTimeout,
  output,
  type Run,
  reinstalls,
  skipDeps,
  skipTests,
  targets,
} from './verb-options.ts';

/** Verbs that look and apply. */
export function addRunVerbs(program: Command, run: Run): void {
  const plan = program
    .command('plan')
    .description('Show what apply would change. Writes nothing.')
    .addOption(targets())
    .addOption(reinstalls())
    .addOption(skipDeps())
    .addOption(despiteWindow())
    .addOption(output('markdown', 'md'))
    .option('--detailed-exitcode', 'exit with 2 where changes are pending')
    .option('--out <file>', 'save the plan too, so that `apply FILE` applies exactly it')
    .option('--without-store', 'the pack store is on another machine: take its files to be as recorded')
    .action((options) => run(async (shell) => (await import('../verbs/plan.ts')).planVerb(shell, options)));
  example(
    plan,
    'attune-sync plan --target jira --detailed-exitcode',
    'attune-sync plan --output markdown',
    'attune-sync plan --out plan.json',
  );

  const apply = program
    .command('apply')
    .description('Show the plan, ask, and make it so. With a saved plan: apply exactly that, and ask nothing.')
    .argument('[file]', 'what `plan --out` saved; a pack of it that changed since is refused, the others are applied')
    .addOption(targets())
    .addOption(reinstalls())
    .addOption(skipDeps())
    .addOption(despiteWindow())
    .addOption(skipTests())
    .option('-y, --yes', 'do not ask')
    .addOption(lockTimeout())
    .addOption(output())
    .action((file, options) =>
      run(async (shell) =>
        file === undefined
          ? (await import('../verbs/apply.ts')).applyVerb(shell, options)
          : (await import('../verbs/apply-saved.ts')).applySavedVerb(shell, file, options),
      ),
    );
  example(
    apply,
    'attune-sync apply',
    'attune-sync apply --yes --target jira --lock-timeout 2m',
    'attune-sync apply --reinstall jira',
    'attune-sync apply --target jira --skip-deps',
    'attune-sync apply plan.json',
  );

  const daemon = program
    .command('daemon')
    .description('Watch documents and remotes, and apply what changes, until told to stop.')
    .action(() => run(async (shell) => (await import('../verbs/daemon.ts')).daemonVerb(shell), { isService: true }));
  example(daemon, 'attune-sync daemon', 'attune-sync daemon --log-format text 2>> sync.log');
}
