import { join } from 'node:path';
import { endOnSignals } from '../src/cli/end-on-signals.ts';
import { nameCaller } from '../src/cli/name-caller.ts';
import { createErrorOutput, createOutput } from '../src/cli/output.ts';
import { reportError } from '../src/cli/report-error.ts';
import type { Shell } from '../src/cli/shell.ts';
import { useColor } from '../src/cli/use-color.ts';
import { daemonVerb } from '../src/cli/verbs/daemon.ts';
import { createRedactor } from '../src/redactor.ts';
import { makeRemote } from './make-remote.ts';
import { whatToTry } from './what-to-try.ts';

/** `npm start`: makes the remote of the example fleet and runs `attune-sync daemon` on it in this process. */
async function main(): Promise<number> {
  const project = join(import.meta.dirname, '..');
  const { env, stdin, stdout, stderr } = process;
  const redactor = createRedactor();
  const facts = (stream: NodeJS.WriteStream) => ({
    redactor,
    isTerminal: stream.isTTY === true,
    color: useColor({ isTerminal: stream.isTTY === true, noColor: false, environment: env }),
    width: (stream.isTTY ? stream.columns : 0) || Number.POSITIVE_INFINITY,
  });
  const err = createErrorOutput(stderr, { ...facts(stderr), canRedraw: env.TERM !== 'dumb' });
  process.on('exit', () => err.setFooter(null));
  const shell: Shell = {
    options: { config: join(project, 'attune.config.yaml'), logLevel: 'info', logFormat: 'text' },
    out: createOutput(stdout, facts(stdout)),
    err,
    input: stdin,
    canAsk: false,
    redactor,
    // npm and tsx pass one Ctrl-C on a second time, some 30 ms later.
    signal: endOnSignals(process, { tell: err.write, end: (code) => process.exit(code), echoMs: 500 }),
    environment: env,
    directory: project,
    args: [],
    who: nameCaller(),
    version: 'example',
  };
  try {
    await makeRemote(join(project, 'examples/remote/herald'), join(project, '.attune/remotes/herald.git'));
    return await daemonVerb(shell, { onReady: () => err.write(whatToTry) });
  } catch (error) {
    reportError(error, { output: err, stack: false, base: project });
    return 1;
  }
}

process.exit(await main());
