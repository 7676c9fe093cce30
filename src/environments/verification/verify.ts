import { SyncError } from '../../errors.ts';
import { isSameVersion } from '../../packs/versions/is-same-version.ts';
import { formatDuration } from '../../text/format-duration.ts';
import { collectOutput } from '../collect-output.ts';
import { findVersion } from '../find-version.ts';
import { type CommandResult, type RunUser, runCommand } from '../run-command.ts';
import { matchPattern } from './match-pattern.ts';
import type { Check, Verification } from './parse-verification.ts';

/** What one check found. */
export interface CheckResult {
  readonly argv: readonly string[];
  readonly optional: boolean;
  readonly passed: boolean;
  /** What it said first, or why it failed; not redacted. */
  readonly found: string;
}

export interface Verdict {
  /** Null: there is nothing to ask. */
  readonly available: boolean | null;
  /** Why that is known without a check; null where checks decided. */
  readonly assumed: string | null;
  /** Those that were run. */
  readonly checks: readonly CheckResult[];
  readonly unread: readonly string[];
}

export interface VerifyOptions {
  /** A directory that the user may write to: where commands run, and their home. */
  readonly directory: string;
  readonly path: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly user?: RunUser;
}

const mostOutput = 64 * 1024;

/** Runs the checks until one succeeds. @throws SyncError `aborted` */
export async function verify({ assumed, checks, unread }: Verification, options: VerifyOptions): Promise<Verdict> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    const result = await runCheck(check, options);
    results.push(result);
    if (result.passed) break;
  }
  const isThere = assumed !== null || results.some(({ passed }) => passed);
  const available = !isThere && results.length === 0 ? null : isThere;
  return { available, assumed, checks: results, unread };
}

async function runCheck(check: Check, { directory, path, ...options }: VerifyOptions): Promise<CheckResult> {
  const { argv, optional } = check;
  const output = collectOutput(mostOutput);
  const variables = { PATH: path, HOME: directory, TMPDIR: directory, LANG: 'C.UTF-8' };
  try {
    const result = await runCommand({ argv, cwd: directory, variables, write: output.take, ...options });
    const text = output.text();
    const wrong = explainFailure(check, result, text, options.timeoutMs);
    return { argv, optional, passed: wrong === null, found: wrong ?? firstLine(text) };
  } catch (error) {
    if (!(error instanceof SyncError) || error.code === 'aborted') throw error;
    // The command stands in front of it.
    const found = (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT' ? missing : error.message;
    return { argv, optional, passed: false, found };
  }
}

/** Null where it succeeded. */
function explainFailure(check: Check, result: CommandResult, text: string, timeoutMs: number): string | null {
  const said = firstLine(text);
  const quoted = said === '' ? '' : `: ${said}`;
  if (result.timedOut) return `it did not end within ${formatDuration(timeoutMs)}`;
  if (result.code === null) return `it was ended by ${result.signal ?? 'a signal'}${quoted}`;
  // A shim of a version manager is there for versions that are not.
  if (result.code === notFound && check.exitCode !== notFound)
    return said.includes(check.argv[0] ?? said) ? missing : `${missing}${quoted}`;
  if (result.code !== check.exitCode) return `exit code ${result.code}, and ${check.exitCode} is expected${quoted}`;
  const version = check.version === undefined ? null : findVersion(text);
  if (version !== null && !isSameVersion(check.version ?? version, version))
    return `it is ${version}, and not ${check.version}`;
  if (check.pattern === null) return null;
  const match = matchPattern(check.pattern, text);
  if (match === 'yes') return null;
  if (match === 'invalid') return `its pattern is no regular expression: ${check.pattern.slice(0, longestShown)}`;
  if (match === 'endless') return `its pattern takes for ever: ${check.pattern.slice(0, longestShown)}`;
  return `it says ${said === '' ? 'nothing' : said}, which does not match /${check.pattern.slice(0, longestShown)}/`;
}

const missing = 'not on this machine';
/** What a shell says of a program that is not there. */
const notFound = 127;
/** Characters; what is shown stands in a table. */
const longestShown = 200;

function firstLine(text: string): string {
  const line = text.split('\n').find((one) => one.trim() !== '') ?? '';
  return line.trim().slice(0, longestShown);
}
