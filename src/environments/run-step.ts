import { join } from 'node:path';
import { SyncError } from '../errors.ts';
import { formatDuration } from '../text/format-duration.ts';
import { quoteOutput } from '../text/quote-output.ts';
import { type BuildLog, lastLines } from './build-log.ts';
import { type Builder, variablesOf } from './builder.ts';
import { type CommandResult, runCommand } from './run-command.ts';
import type { Scratch } from './scratch.ts';

interface Step {
  readonly argv: readonly string[];
  /** As the author wrote it: what messages show. */
  readonly template: readonly string[];
  readonly buildScripts: boolean;
  readonly scratch: Scratch;
  readonly log: BuildLog;
}

/**
 * Runs one command of a build in the copy of the pack, and logs it.
 *
 * @throws SyncError `environment-failed` with the last lines of its output as a hint, `environment-timeout`; those of
 *   `runCommand`. Where its disk was full, an error as the system gives it
 */
export async function runStep(builder: Builder, { argv, template, buildScripts, scratch, log }: Step): Promise<void> {
  const { config, redactor, signal } = builder.context;
  const { timeoutMs } = config.environments;
  const shown = `\`${redactor.redact(template.join(' '))}\``;
  const command = await log.begin(argv);
  const result = await runCommand({
    argv,
    cwd: scratch.pack,
    variables: variablesOf(builder, scratch, { buildScripts }),
    timeoutMs,
    signal,
    write: command.write,
    owner: scratch.root,
    ...(builder.user === undefined ? {} : { user: builder.user }),
  }).catch(async (error: unknown) => {
    await command.end(error instanceof Error ? error.message : String(error));
    throw error;
  });
  const took = formatDuration(result.durationMs);
  await command.end(result.timedOut ? `was ended after ${took}` : `${howEnded(result)} after ${took}`);
  if (result.code === 0 && !result.timedOut) return;
  refuseFullDisk(result.tail, join(config.stateDir, 'build-cache'), scratch.root);
  const lines = lastLines(result.tail, redactor);
  const said = lines === '' ? '' : quoteOutput(lines);
  throw result.timedOut
    ? new SyncError('environment-timeout', `${shown} was not done after ${formatDuration(timeoutMs)}`, {
        hint: `${said}\nGive it more time with environments.timeout, or see what it waits for.`.trimStart(),
        retry: 'soon',
      })
    : new SyncError('environment-failed', `${shown} ${howEnded(result)}`, {
        hint: said === '' ? 'It said nothing.' : said,
        retry: 'soon',
      });
}

/** Without a subject: `ended with exit code 1`. */
function howEnded({ code, signal }: CommandResult): string {
  return code === null ? `was ended by ${signal}` : `ended with exit code ${code}`;
}

const full = /No space left on device|\bENOSPC\b/;
const quota = /Disk quota exceeded|\bEDQUOT\b/;

/** A child can only say so in its own words; whoever tells of disks needs the words of the system, and a place. */
function refuseFullDisk(tail: string, cache: string, scratch: string): void {
  const code = full.test(tail) ? 'ENOSPC' : quota.test(tail) ? 'EDQUOT' : null;
  if (code === null) return;
  const path = tail.includes(cache) ? cache : scratch;
  throw Object.assign(new Error(`${code}, write '${path}'`), { code, syscall: 'write', path });
}
