import { type Command, Option } from 'commander';
import { eventTypes } from '../../events/event.ts';
import { example, output, type Run } from './verb-options.ts';

/** Verbs that ask a daemon over HTTP. */
export function addClientVerbs(program: Command, run: Run): void {
  const whoami = program
    .command('whoami')
    .description('Show who your token makes of you in the API of the daemon, and as whom in Attune.')
    .addOption(url())
    .addOption(tokenFile())
    .addOption(output())
    .action((options) => run(async (shell) => (await import('../verbs/whoami.ts')).whoamiVerb(shell, options)));
  example(whoami, 'ATTUNE_SYNC_TOKEN=… attune-sync whoami', 'attune-sync whoami --url https://sync.example.com');

  const events = program
    .command('events')
    .description('Show what happened in the daemon, or with --follow what happens.')
    .option('-f, --follow', 'go on until Ctrl-C; a daemon that restarts is waited for')
    .addOption(new Option('--type <type...>', 'only events of these types').choices(eventTypes))
    .option('--ref <ref...>', 'only events about these packs')
    .addOption(url())
    .addOption(tokenFile())
    .addOption(output())
    .action((options) => run(async (shell) => (await import('../verbs/events.ts')).eventsVerb(shell, options)));
  example(
    events,
    'attune-sync events --follow',
    'attune-sync events --type pack-troubled --ref jira',
    'attune-sync events --follow --output json',
  );
}

function url(): Option {
  return new Option('--url <url>', 'where the daemon serves (default: http.listen of the configuration)');
}

function tokenFile(): Option {
  return new Option('--token-file <file>', 'holds the token (default: the variable ATTUNE_SYNC_TOKEN)');
}
