import type { Command } from 'commander';
import { example, lockTimeout, output, type Run } from './verb-options.ts';

/** Verbs for what Attune's sensor service runs. */
export function addSensorVerbs(program: Command, run: Run): void {
  const sensors = program
    .command('sensors')
    .description("Say what became of sensors that Attune's sensor service keeps running.");
  example(sensors, 'attune-sync sensors restarted');
  const restarted = sensors
    .command('restarted')
    .description("Say that Attune's sensor service was restarted: its sensors run what is installed.")
    .argument('[ref...]', 'sensors, or packs with all of theirs (default: all that status names)')
    .addOption(lockTimeout())
    .addOption(output())
    .action((refs, options) =>
      run(async (shell) => (await import('../verbs/sensors-restarted.ts')).sensorsRestartedVerb(shell, refs, options)),
    );
  example(restarted, 'attune-sync sensors restarted', 'attune-sync sensors restarted jira.poller');
}
