import { type Command, Option } from 'commander';
import { parseLockTimeout } from '../parse-lock-timeout.ts';
import { example, lockTimeout, output, type Run } from './verb-options.ts';

/** Verbs that check and show, and the one that prepares the database. */
export function addCheckVerbs(program: Command, run: Run): void {
  const validate = program
    .command('validate')
    .description('Check configuration, documents and packs offline, without a database.')
    .argument('[path...]', 'documents, directories or packs (default: the desired state of the configuration)')
    .addOption(output())
    .action((paths, options) =>
      run(async (shell) => (await import('../verbs/validate.ts')).validateVerb(shell, paths, options)),
    );
  example(validate, 'attune-sync validate', 'attune-sync validate desired/jira.yaml packs/jira');

  const status = program
    .command('status')
    .description(
      'Show per pack what is desired, what is installed, and what went wrong, and what the daemon is at. Writes nothing.',
    )
    .argument('[ref]', 'only this pack')
    .option('-w, --watch', 'show it again and again, until Ctrl-C')
    .addOption(
      new Option('--interval <duration>', 'how often, with --watch').argParser(parseLockTimeout).default(2000, '2s'),
    )
    .addOption(output())
    .action((ref, options) =>
      run(async (shell) => (await import('../verbs/status.ts')).statusVerb(shell, ref, options)),
    );
  example(status, 'attune-sync status', 'attune-sync status jira --output json', 'attune-sync status --watch');

  const migrate = program
    .command('migrate')
    .description("Bring this tool's own tables up to date. A database without Attune's tables is refused.")
    .option('--status', 'only show what is applied and what is pending')
    .option('--create-attune-tables', "create Attune's tables too, in a schema without tables")
    .addOption(lockTimeout())
    .addOption(output())
    .action((options) => run(async (shell) => (await import('../verbs/migrate.ts')).migrateVerb(shell, options)));
  example(migrate, 'attune-sync migrate --status', 'attune-sync migrate', 'attune-sync migrate --create-attune-tables');
}
