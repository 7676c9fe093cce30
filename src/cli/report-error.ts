import { problem, problemsOf } from '../errors.ts';
import { createLogger } from '../logger.ts';
import { renderProblems } from '../problems/render-problems.ts';
import { createRedactor } from '../redactor.ts';
import { type Output, terminalColumns } from './output.ts';

interface ReportOptions {
  readonly output: Output;
  /** Of log lines; text where not given. */
  readonly format?: 'text' | 'json';
  /** Show the stack of a fault too. */
  readonly stack: boolean;
  /** Files below it are shown relative to it. */
  readonly base: string;
}

/**
 * Everything that was found wrong, or that this program has a fault; its stack only where it is asked for.
 * Where log lines are JSON, so is each problem.
 */
export function reportError(error: unknown, options: ReportOptions): void {
  const { output, base } = options;
  const known = problemsOf(error);
  const problems = known.some(({ code }) => code === 'unexpected') ? [describeFault(error)] : known;
  const stack = options.stack && error instanceof Error ? stackOf(error) : null;
  if (options.format === 'json') {
    // What is known to be secret is known to the output.
    const log = createLogger({ level: 'info', format: 'json', redactor: createRedactor(), write: output.write });
    for (const { severity, message, ...fields } of problems) {
      log[severity === 'error' ? 'error' : 'warn'](message, { ...fields, ...(stack === null ? {} : { stack }) });
    }
    return;
  }
  output.write(`${renderProblems(problems, { color: output.color, base, ...terminalColumns(output) }).trimEnd()}\n`);
  if (stack !== null) output.write(`${stack}\n`);
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
