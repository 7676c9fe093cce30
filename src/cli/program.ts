import { Command, type CommanderError, Option } from 'commander';
import { addApprovalVerbs } from './groups/approval-verbs.ts';
import { addCheckVerbs } from './groups/check-verbs.ts';
import { addClientVerbs } from './groups/client-verbs.ts';
import { addDaemonVerbs } from './groups/daemon-verbs.ts';
import { addDoctorVerbs } from './groups/doctor-verbs.ts';
import { addExistingVerbs } from './groups/existing-verbs.ts';
import { addOriginVerbs } from './groups/origin-verbs.ts';
import { addOverrideVerbs } from './groups/override-verbs.ts';
import { addPackVerbs } from './groups/pack-verbs.ts';
import { addRemovalVerbs } from './groups/removal-verbs.ts';
import { addRunVerbs } from './groups/run-verbs.ts';
import { addRuntimeVerbs } from './groups/runtime-verbs.ts';
import { addSensorVerbs } from './groups/sensor-verbs.ts';
import { addStoreVerbs } from './groups/store-verbs.ts';
import { addSuspensionVerbs } from './groups/suspension-verbs.ts';
import { example, type Run, type Verb } from './groups/verb-options.ts';
import { addVersionVerbs } from './groups/version-verbs.ts';
import type { GlobalOptions } from './shell.ts';
import { usageError } from './usage-error.ts';

export interface ProgramOptions {
  readonly version: string;
  /** Called once, with the verb that was asked for. */
  readonly start: (verb: Verb, options: GlobalOptions) => void;
  /** Log lines go to a terminal; false where not given. */
  readonly isTerminal?: boolean;
  readonly writeOut: (text: string) => void;
  readonly writeErr: (text: string) => void;
}

/**
 * Every verb with its options and an example. What a verb needs is imported only when it runs: `--help` stays quick.
 * Parsing throws a SyncError for what is typed wrong, and a CommanderError after help or the version was written.
 */
export function buildProgram(options: ProgramOptions): Command {
  const program = new Command('attune-sync')
    .description('Keeps the packs of Attune as YAML files and git say.')
    .version(options.version, '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [verb]', 'print help for a verb')
    .configureOutput({ writeOut: options.writeOut, writeErr: options.writeErr, outputError: () => {} })
    .configureHelp({ showGlobalOptions: true })
    .option('--config <file>', 'configuration (default: attune.config.yaml, searched upwards)')
    .addOption(
      new Option('--log-level <level>', 'what is logged').choices(['debug', 'info', 'warn', 'error']).default('info'),
    )
    .addOption(
      new Option(
        '--log-format <format>',
        'lines for people or for machines (default: text; of a daemon without a terminal: json)',
      ).choices(['text', 'json']),
    )
    .option('--no-color', 'no colours; NO_COLOR=1 does the same');
  const run: Run = (verb, { isService = false } = {}) => {
    const given = program.opts<Omit<GlobalOptions, 'logFormat'> & Partial<GlobalOptions>>();
    const logFormat = given.logFormat ?? (isService && options.isTerminal !== true ? 'json' : 'text');
    options.start(verb, { ...given, logFormat });
  };
  example(program, 'attune-sync plan', 'attune-sync apply --yes --config /etc/attune/attune.config.yaml');
  program.addHelpText('after', exitCodeHelp);
  addRunVerbs(program, run);
  addDaemonVerbs(program, run);
  addApprovalVerbs(program, run);
  addSuspensionVerbs(program, run);
  addCheckVerbs(program, run);
  addClientVerbs(program, run);
  addVersionVerbs(program, run);
  addOriginVerbs(program, run);
  addStoreVerbs(program, run);
  addPackVerbs(program, run);
  addExistingVerbs(program, run);
  addOverrideVerbs(program, run);
  addRemovalVerbs(program, run);
  addRuntimeVerbs(program, run);
  addSensorVerbs(program, run);
  addDoctorVerbs(program, run);
  throwUsageErrors(program);
  return program;
}

function throwUsageErrors(command: Command): void {
  command.exitOverride((end) => {
    throw isHelp(end) ? end : usageError(end, command);
  });
  command.commands.forEach(throwUsageErrors);
}

function isHelp({ code }: CommanderError): boolean {
  return ['commander.help', 'commander.helpDisplayed', 'commander.version'].includes(code);
}

const exitCodeHelp = `
Exit codes:
  0  all is well
  1  an error
  2  changes are pending (plan --detailed-exitcode)
  3  something is blocked or was refused`;
