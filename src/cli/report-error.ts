import { problem, SyncError } from '../errors.ts';
import { renderProblems } from '../problems/render-problems.ts';
import type { Output } from './output.ts';

/** Everything that was found wrong, or that this program has a fault; its stack only where it is asked for. */
export function reportError(error: unknown, options: { output: Output; stack: boolean; base: string }): void {
  const { output, base } = options;
  const problems = error instanceof SyncError ? error.problems : [describeFault(error)];
  output.write(`${renderProblems(problems, { color: output.color, base }).trimEnd()}\n`);
  if (options.stack && error instanceof Error) output.write(`${stackOf(error)}\n`);
}

function describeFault(error: unknown) {
  const message = error instanceof Error ? error.message : String(error);
  return problem('error', 'unexpected', `This should not have happened: ${message}`, {
    hint: 'Please report it, with what `--log-level debug` shows; it is a fault of attune-sync.',
  });
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\nCaused by: ${stackOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
