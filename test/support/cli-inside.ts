import { Readable, Writable } from 'node:stream';
import { exitCodes } from '../../src/cli/exit-code.ts';
import type { Verb } from '../../src/cli/groups/verb-options.ts';
import { createErrorOutput, createOutput } from '../../src/cli/output.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { reportError } from '../../src/cli/report-error.ts';
import type { GlobalOptions } from '../../src/cli/shell.ts';
import { createRedactor } from '../../src/redactor.ts';
import { type CliOptions, type Ended, urlOf } from './cli-child.ts';
import type { Fleet } from './fleet.ts';

/**
 * The command line from its arguments to its exit code like `runCli`, but in this process: for a tenth of what a start
 * costs, where a test is about what a verb says and not about its process.
 */
export async function runInside(
  fleet: Fleet,
  args: readonly string[],
  { env = {}, url }: Pick<CliOptions, 'env' | 'url'> = {},
): Promise<Ended> {
  const redactor = createRedactor();
  const width = Number(env.COLUMNS) || Number.POSITIVE_INFINITY;
  const facts = { redactor, color: false, isTerminal: false, width };
  const [outStream, errStream] = [createSink(), createSink()];
  const [out, err] = [createOutput(outStream, facts), createErrorOutput(errStream, facts)];
  const directory = fleet.directory;
  let asked: { verb: Verb; options: GlobalOptions } | undefined;
  const program = buildProgram({
    version: '0.0.0-test',
    start: (verb, options) => {
      asked = { verb, options };
    },
    writeOut: out.write,
    writeErr: err.write,
  });
  const fail = (error: unknown) => {
    const { logFormat: format, logLevel } = program.opts<GlobalOptions>();
    reportError(error, { output: err, format, stack: logLevel === 'debug', base: directory });
    return exitCodes.error;
  };
  const start = async () => {
    await program.parseAsync(args, { from: 'user' });
    return asked?.verb({
      options: asked.options,
      out,
      err,
      input: Readable.from([]),
      canAsk: false,
      redactor,
      signal: new AbortController().signal,
      environment: { PATH: process.env.PATH ?? '', ATTUNE_DATABASE_URL: url ?? urlOf(fleet), ...env },
      directory,
      args,
      who: 'test@here',
      version: '0.0.0-test',
    });
  };
  const code = await start().catch(fail);
  return { code: code ?? exitCodes.ok, signal: null, out: outStream.text(), err: errStream.text() };
}

function createSink(): Writable & { readonly text: () => string } {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  return Object.assign(stream, { text: () => chunks.join('') });
}
