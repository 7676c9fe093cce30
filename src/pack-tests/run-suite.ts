import { realpath } from 'node:fs/promises';
import { lastLines } from '../environments/build-log.ts';
import { type CommandResult, runCommand } from '../environments/run-command.ts';
import { SyncError } from '../errors.ts';
import type { TestRunner } from '../packs/content.ts';
import type { Redactor } from '../redactor.ts';
import { formatDuration } from '../text/format-duration.ts';
import { printable } from '../text/printable.ts';
import { failSuite, judgeSuite } from './judge-suite.ts';
import { keepEnd } from './keep-end.ts';
import { nameInPack } from './name-in-pack.ts';
import { readJsonReport } from './read-json-report.ts';
import { createSummaryReader } from './read-summary.ts';
import { clearResults, mostResultBytes, readResults } from './result-files.ts';
import { stripColours } from './strip-colours.ts';
import { findTestCommand } from './test-command.ts';
import { type SuiteResult, sumReports, type TestCase, type TestReport } from './test-result.ts';
import type { TestSurroundings } from './test-surroundings.ts';

/** Where one runner runs. */
export interface SuitePlace {
  /** The copy of the pack. */
  readonly copy: string;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Runs one runner in a copy of the pack. What keeps it from being run is its result, never an error of its own.
 *
 * @throws SyncError `aborted`, `user-refused`
 */
export async function runSuite(
  runner: TestRunner,
  { copy, variables }: SuitePlace,
  { root, log, signal, user, redactor }: TestSurroundings,
): Promise<SuiteResult> {
  if (runner.unusable !== undefined) return failSuite(runner, runner.unusable);
  const argv = await findTestCommand(runner, copy);
  if (argv === null) return failSuite(runner, `no runner of type ${JSON.stringify(runner.type)} is known`);
  const reader = createReader(runner, copy);
  await reader.prepare();
  // Before it runs: tests can delete what they run in.
  const copies = [...new Set([copy, await realpath(copy)])];
  const command = await log?.begin(argv, (text) => nameInPack(text, copies));
  try {
    const ended = await runCommand({
      argv,
      cwd: copy,
      variables,
      timeoutMs: runner.timeoutMs,
      signal,
      owner: root,
      write: (chunk, stream) => {
        command?.write(chunk);
        reader.take(chunk, stream);
      },
      ...(user === undefined ? {} : { user }),
    });
    await command?.end(describeEnd(ended));
    const lines = stripColours(lastLines(nameInPack(ended.tail, copies), redactor))
      .split('\n')
      .map(cutLine)
      .join('\n');
    return judgeSuite(runner, cleanReport(await reader.report(), redactor, copies), ended, lines);
  } catch (error) {
    await command?.end(error instanceof Error ? error.message : String(error));
    if (error instanceof SyncError && error.code === 'command-not-found')
      return failSuite(runner, `${argv[0]} is neither in an environment of the pack nor on this machine`);
    throw error;
  }
}

/** Assertions can print whole documents in one line; the log has all of it. */
function cutLine(line: string): string {
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

/** Names of tests are what an author writes, and shown in one line. */
function cleanReport({ counts, cases }: TestReport, { redact }: Redactor, copies: readonly string[]): TestReport {
  const clean = (one: TestCase): TestCase => {
    const message = one.message === null ? null : redact(nameInPack(one.message, copies));
    return { ...one, name: printable(redact(nameInPack(one.name, copies))), message };
  };
  return { counts, cases: cases.map(clean) };
}

interface ReportReader {
  /** Before the runner begins. */
  prepare(): Promise<void>;
  take(chunk: Buffer, stream: 'stdout' | 'stderr'): void;
  report(): Promise<TestReport>;
}

function createReader({ type, results, resultPath }: TestRunner, copy: string): ReportReader {
  if (results === 'simple') {
    const reader = createSummaryReader(type);
    return { prepare: async () => {}, take: reader.take, report: async () => reader.report() };
  }
  const written = keepEnd(mostResultBytes);
  return {
    async prepare() {
      if (resultPath !== null) await clearResults(copy, resultPath);
    },
    take(chunk, stream) {
      if (stream === 'stdout') written.take(chunk);
    },
    async report() {
      const texts = resultPath === null ? [] : await readResults(copy, resultPath);
      const reports = (texts.length > 0 ? texts : [written.text()]).map(readJsonReport);
      return sumReports(reports.filter((report) => report !== null));
    },
  };
}

function describeEnd({ code, signal, timedOut, durationMs }: CommandResult): string {
  const took = formatDuration(durationMs);
  if (timedOut) return `was ended after ${took}`;
  return `${code === null ? `was ended by ${signal}` : `ended with exit code ${code}`} after ${took}`;
}
