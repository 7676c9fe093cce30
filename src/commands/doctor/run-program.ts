import { tmpdir } from 'node:os';
import { collectOutput } from '../../environments/collect-output.ts';
import { type RunUser, runCommand } from '../../environments/run-command.ts';

const deadlineMs = 10_000;

/** What a program says, without an environment of its own; null where it fails. @throws SyncError `command-not-found` */
export async function runProgram(argv: readonly string[], path: string, user?: RunUser): Promise<string | null> {
  const output = collectOutput(64 * 1024);
  const { code } = await runCommand({
    argv,
    cwd: tmpdir(),
    variables: { PATH: path, LANG: 'C.UTF-8' },
    timeoutMs: deadlineMs,
    signal: AbortSignal.timeout(deadlineMs * 2),
    write: output.take,
    ...(user === undefined ? {} : { user }),
  });
  return code === 0 ? output.text() : null;
}
