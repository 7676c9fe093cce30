import { dirname } from 'node:path';
import type { Context } from '../context.ts';
import { collectOutput } from '../environments/collect-output.ts';
import { runCommand } from '../environments/run-command.ts';
import { problemsOf } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { formatDuration } from '../text/format-duration.ts';

/** Of what a hook says. */
const maxBytes = 64 * 1024;
const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Starts the hook of the configuration with a report on standard input and waits until it has ended, or its time is up.
 * What it says goes to the log; that it fails is a warning, because what was applied is applied. A daemon that is asked
 * to stop still lets it finish.
 */
export async function runAfterApply(context: Context, report: JsonObject): Promise<void> {
  const { config, environment, log, redactor } = context;
  if (config.afterApply === undefined) return;
  const { command, timeoutMs } = config.afterApply;
  const output = collectOutput(maxBytes);
  const failed = await runCommand({
    argv: command,
    cwd: dirname(config.file),
    variables: { PATH: environment.PATH ?? path, LANG: 'C.UTF-8' },
    timeoutMs,
    signal: new AbortController().signal,
    write: output.take,
    input: `${JSON.stringify(report)}\n`,
  }).then(
    ({ code, signal, timedOut }) => {
      if (timedOut) return `its time of ${formatDuration(timeoutMs)} was up`;
      if (signal !== null) return `it was ended by ${signal}`;
      return code === 0 ? null : `it ended with ${code}`;
    },
    (error: unknown) =>
      problemsOf(error)
        .map(({ message }) => message)
        .join('; '),
  );
  const said = redactor.redact(output.text()).split('\n');
  for (const line of said) if (line.trim() !== '') log.info(`hooks.afterApply: ${line.trimEnd()}`);
  if (failed !== null) log.warn(`The program of hooks.afterApply failed: ${failed}. What was applied stays applied.`);
}
