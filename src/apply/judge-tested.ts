import { type Problem, problem } from '../errors.ts';
import type { SuiteResult } from '../pack-tests/test-result.ts';
import { hintOfBlock } from '../plan/hint-of-block.ts';
import { printable } from '../text/printable.ts';
import { quoteOutput } from '../text/quote-output.ts';
import type { TestedPack } from './test-packs.ts';

/** What the tests of a pack have to say of its change: nothing, a warning, or an error that blocks it. */
export function judgeTested(ref: string, { tests, result }: TestedPack): readonly Problem[] {
  if (result.outcome === 'passed' || tests.onFailure === 'ignore') return [];
  const severity = tests.onFailure === 'block' ? 'error' : 'warning';
  const said = result.suites.filter(({ lines }) => lines !== '').map(sayLines);
  const log = `\`attune-sync pack log ${ref}\` shows all that they said.`;
  const hint = [...said, log, ...(severity === 'error' ? [hintOfBlock('tests-failed')] : [])].join('\n');
  return [problem(severity, 'tests-failed', sayFailed(result.why), { hint })];
}

/** The same for the same result, so that it is recorded once. */
export function sayFailed(why: string | null): string {
  return `its tests failed: ${why}`;
}

function sayLines({ name, lines }: SuiteResult): string {
  return `${printable(name)} ended with:\n${quoteOutput(lines.split('\n').map(printable).join('\n'))}`;
}
