#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { isatty } from 'node:tty';
import { CommanderError } from 'commander';
import { copyEnvironment } from './cli/copy-environment.ts';
import { endOnSignals } from './cli/end-on-signals.ts';
import { exitCodes } from './cli/exit-code.ts';
import type { Verb } from './cli/groups/verb-options.ts';
import { nameCaller } from './cli/name-caller.ts';
import { createErrorOutput, createOutput } from './cli/output.ts';
import { buildProgram } from './cli/program.ts';
import { readCredentials } from './cli/read-credentials.ts';
import type { GlobalOptions, Shell } from './cli/shell.ts';
import { takeHangups } from './cli/take-hangups.ts';
import { useColor } from './cli/use-color.ts';
import { createRedactor } from './redactor.ts';

/** Arguments → command → output → exit code. Nothing else touches the process. */
async function main(): Promise<number> {
  copyEnvironment(process);
  const { argv, env, stdout, stderr, stdin } = process;
  const redactor = createRedactor();
  const noColor = argv.includes('--no-color');
  const output = (stream: NodeJS.WriteStream) => ({
    redactor,
    isTerminal: stream.isTTY === true,
    color: useColor({ isTerminal: stream.isTTY === true, noColor, environment: env }),
    width: (stream.isTTY ? stream.columns : Number(env.COLUMNS)) || Number.POSITIVE_INFINITY,
    canRedraw: env.TERM !== 'dumb',
  });
  const out = createOutput(stdout, output(stdout));
  const err = createErrorOutput(stderr, output(stderr));
  process.on('exit', () => err.setFooter(null));
  if (process.platform === 'win32') {
    err.write('attune-sync runs on Linux and macOS, not on Windows; the Windows Subsystem for Linux will do.\n');
    return exitCodes.error;
  }

  const directory = process.cwd();
  const fail = async (error: unknown, { logFormat, logLevel }: GlobalOptions) => {
    const { reportError } = await import('./cli/report-error.ts');
    reportError(error, { output: err, format: logFormat, stack: logLevel === 'debug', base: directory });
    return exitCodes.error;
  };
  let asked: { verb: Verb; options: GlobalOptions } | undefined;
  const version = readVersion();
  const program = buildProgram({
    version,
    isTerminal: stderr.isTTY === true,
    start: (verb, options) => {
      asked = { verb, options };
    },
    writeOut: out.write,
    writeErr: err.write,
  });
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    return fail(error, program.opts<GlobalOptions>());
  }
  if (asked === undefined) return exitCodes.ok;

  const { verb, options } = asked;
  // Between log lines in JSON a plain sentence would be one that no machine reads.
  const tell = options.logFormat === 'text' ? err.write : () => {};
  const terminals = [0, 1, 2].filter((descriptor) => isatty(descriptor));
  const hangups = takeHangups(() => terminals.length > 0 && !terminals.some((descriptor) => isatty(descriptor)));
  const end = (code: number) => process.exit(code);
  const signal = endOnSignals(process, { tell, end, offerHangup: hangups.offer });
  const canAsk = stdin.isTTY === true && stderr.isTTY === true;
  const shell: Shell = {
    options,
    out,
    err,
    input: stdin,
    canAsk,
    redactor,
    signal,
    takeHangups: hangups.take,
    environment: await readCredentials(env),
    directory,
    args: argv.slice(2),
    who: nameCaller(),
    version,
  };
  const escaped = (error: unknown) => void fail(error, options).finally(() => process.exit(exitCodes.error));
  process.on('unhandledRejection', escaped).on('uncaughtException', escaped);
  return verb(shell).catch((error) => fail(error, options));
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}

process.exit(await main());
