import { Command, Option } from 'commander';
import { parseLockTimeout } from './parse-lock-timeout.ts';
import type { GlobalOptions, Shell } from './shell.ts';

/** A verb bound to its arguments: gives the exit code. */
export type Verb = (shell: Shell) => Promise<number>;

export interface ProgramOptions {
  readonly version: string;
  /** Called once, with the verb that was asked for. */
  readonly start: (verb: Verb, options: GlobalOptions) => void;
  readonly writeOut: (text: string) => void;
  readonly writeErr: (text: string) => void;
}

/** Every verb with its options and an example. What a verb needs is imported only when it runs: `--help` stays quick. */
export function buildProgram(options: ProgramOptions): Command {
  const program = new Command('attune-sync')
    .description('Keeps the packs of Attune as YAML files and git say.')
    .version(options.version, '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [verb]', 'print help for a verb')
    .configureOutput({ writeOut: options.writeOut, writeErr: options.writeErr })
    .configureHelp({ showGlobalOptions: true })
    .option('--config <file>', 'configuration (default: attune.config.yaml, searched upwards)')
    .addOption(
      new Option('--log-level <level>', 'what is logged').choices(['debug', 'info', 'warn', 'error']).default('info'),
    )
    .addOption(
      new Option('--log-format <format>', 'lines for people or for machines').choices(['text', 'json']).default('text'),
    )
    .option('--no-color', 'no colours; NO_COLOR=1 does the same')
    .exitOverride();
  const run = (verb: Verb) => options.start(verb, program.opts<GlobalOptions>());
  example(program, 'attune-sync plan', 'attune-sync apply --yes --config /etc/attune/attune.config.yaml');
  program.addHelpText('after', exitCodeHelp);
  addRunVerbs(program, run);
  addCheckVerbs(program, run);
  addPackVerbs(program, run);
  return program;
}

const exitCodeHelp = `
Exit codes:
  0  all is well
  1  an error
  2  changes are pending (plan --detailed-exitcode)
  3  something is blocked or was refused`;

type Run = (verb: Verb) => void;

function addRunVerbs(program: Command, run: Run): void {
  const plan = program
    .command('plan')
    .description('Show what apply would change. Writes nothing.')
    .addOption(targets())
    .addOption(output())
    .option('--detailed-exitcode', 'exit with 2 where changes are pending')
    .action((options) => run(async (shell) => (await import('./verbs/plan.ts')).planVerb(shell, options)));
  example(plan, 'attune-sync plan --target jira --detailed-exitcode', 'attune-sync plan --output json > plan.json');

  const apply = program
    .command('apply')
    .description('Show the plan, ask, and make it so.')
    .addOption(targets())
    .option('-y, --yes', 'do not ask')
    .addOption(lockTimeout())
    .addOption(output())
    .action((options) => run(async (shell) => (await import('./verbs/apply.ts')).applyVerb(shell, options)));
  example(apply, 'attune-sync apply', 'attune-sync apply --yes --target jira --lock-timeout 2m');

  const daemon = program
    .command('daemon')
    .description('Watch documents and remotes, and apply what changes, until told to stop.')
    .action(() => run(async (shell) => (await import('./verbs/daemon.ts')).daemonVerb(shell)));
  example(daemon, 'attune-sync daemon --log-format json');
}

function addCheckVerbs(program: Command, run: Run): void {
  const validate = program
    .command('validate')
    .description('Check configuration, documents and packs offline, without a database.')
    .argument('[path...]', 'documents, directories or packs (default: the desired state of the configuration)')
    .addOption(output())
    .action((paths, options) =>
      run(async (shell) => (await import('./verbs/validate.ts')).validateVerb(shell, paths, options)),
    );
  example(validate, 'attune-sync validate', 'attune-sync validate desired/jira.yaml packs/jira');

  const status = program
    .command('status')
    .description('Show per pack what is desired, what is installed, and what went wrong. Writes nothing.')
    .argument('[ref]', 'only this pack')
    .addOption(output())
    .action((ref, options) =>
      run(async (shell) => (await import('./verbs/status.ts')).statusVerb(shell, ref, options)),
    );
  example(status, 'attune-sync status', 'attune-sync status jira --output json');

  const migrate = program
    .command('migrate')
    .description("Bring this tool's own tables up to date.")
    .option('--status', 'only show what is applied and what is pending')
    .option('--create-attune-tables', "create Attune's tables too, in a schema without tables")
    .addOption(lockTimeout())
    .addOption(output())
    .action((options) => run(async (shell) => (await import('./verbs/migrate.ts')).migrateVerb(shell, options)));
  example(migrate, 'attune-sync migrate --status', 'attune-sync migrate');

  const store = program.command('store').description('Look after the pack store.');
  example(store, 'attune-sync store claim');
  const claim = store
    .command('claim')
    .description('Join this pack store and this database, after one of them was replaced on purpose.')
    .addOption(lockTimeout())
    .action((options) => run(async (shell) => (await import('./verbs/store-claim.ts')).storeClaimVerb(shell, options)));
  example(claim, 'attune-sync store claim');
}

function addPackVerbs(program: Command, run: Run): void {
  const pack = program.command('pack').description('Look at installed packs, and at packs on disk.');
  example(pack, 'attune-sync pack list --unmanaged', 'attune-sync pack show jira');
  const list = pack
    .command('list')
    .description('List every pack in Attune.')
    .option('--source-type <type>', 'only packs from such a source: git, directory, archive, …')
    .option('--manager <name>', 'only packs of this manager')
    .option('--unmanaged', 'only packs that no manager installed')
    .addOption(output())
    .action((options) => run(async (shell) => (await import('./verbs/pack-list.ts')).packListVerb(shell, options)));
  example(list, 'attune-sync pack list --source-type git', 'attune-sync pack list --unmanaged --output json');

  const show = pack
    .command('show')
    .description('Show all that is known about one pack.')
    .argument('<ref>', 'the pack')
    .addOption(output())
    .action((ref, options) =>
      run(async (shell) => (await import('./verbs/pack-show.ts')).packShowVerb(shell, ref, options)),
    );
  example(show, 'attune-sync pack show jira');

  const checksum = pack
    .command('checksum')
    .description('Print the checksum of a pack directory, or of a file.')
    .argument('<path>', 'a directory or a file')
    .addOption(output())
    .action((path, options) =>
      run(async (shell) => (await import('./verbs/pack-checksum.ts')).packChecksumVerb(shell, path, options)),
    );
  example(
    checksum,
    'attune-sync pack checksum packs/jira',
    'attune-sync pack checksum jira-1.2.0.tar.gz --output json',
  );
}

function targets(): Option {
  return new Option('--target <ref...>', 'only these packs');
}

function output(): Option {
  return new Option('-o, --output <format>', 'how data is shown').choices(['text', 'json', 'yaml']).default('text');
}

function lockTimeout(): Option {
  return new Option('--lock-timeout <duration>', 'how long to wait for another writer')
    .argParser(parseLockTimeout)
    .default(30_000, '30s');
}

function example(command: Command, ...lines: readonly string[]): void {
  command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`);
}
