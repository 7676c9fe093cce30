import { Argument, type Command } from 'commander';
import { shells } from '../completion/shells.ts';
import { example, output, type Run } from './verb-options.ts';

/** Verbs for the person at the keyboard: what is wrong here, and help with typing. */
export function addDoctorVerbs(program: Command, run: Run): void {
  const doctor = program
    .command('doctor')
    .description(
      'Check all that a run needs, each with its remedy: configuration, database, grants, git, remotes, store, runtimes. Writes nothing; has the runtimes that packs use verify themselves.',
    )
    .addOption(output())
    .action((options) => run(async (shell) => (await import('../verbs/doctor.ts')).doctorVerb(shell, options)));
  example(doctor, 'attune-sync doctor', 'attune-sync doctor --output json');

  const completion = program
    .command('completion')
    .description('Print what makes a shell complete verbs, options and packs.')
    .addArgument(new Argument('<shell>', 'for which').choices(shells))
    .action((shell) =>
      run(async (given) => (await import('../verbs/completion.ts')).completionVerb(given, shell, program)),
    );
  example(
    completion,
    'attune-sync completion bash > ~/.local/share/bash-completion/completions/attune-sync',
    'attune-sync completion zsh > /usr/local/share/zsh/site-functions/_attune-sync',
    'attune-sync completion fish > ~/.config/fish/completions/attune-sync.fish',
  );

  program
    .command('complete-refs', { hidden: true })
    .description('Print the packs that completion offers: those of documents in directories, and of the pack store.')
    .action(() => run(async (shell) => (await import('../verbs/complete-refs.ts')).completeRefsVerb(shell)));
}
