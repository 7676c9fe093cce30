import type { PackTesting } from '../packs/content.ts';
import { printable } from '../text/printable.ts';
import type { SuiteResult, TestResult } from './test-result.ts';

const mostNamed = 3;

/** What all runners of a pack come to. Pure. */
export function judgeTests(
  { minPassRate }: Pick<PackTesting, 'minPassRate'>,
  suites: readonly SuiteResult[],
  { at, durationMs }: Pick<TestResult, 'at' | 'durationMs'>,
): TestResult {
  const sum = (count: (suite: SuiteResult) => number) => suites.reduce((total, suite) => total + count(suite), 0);
  const passed = sum((suite) => suite.passed);
  const failed = sum((suite) => suite.failed);
  const skipped = sum((suite) => suite.skipped);
  const passRate = passed + failed === 0 ? 1 : passed / (passed + failed);
  const counts = { total: passed + failed + skipped, passed, failed, skipped };
  const told = explain(suites, { passRate, minPassRate, failed, tried: passed + failed });
  const why = told === null ? null : printable(told);
  return { outcome: why === null ? 'passed' : 'failed', ...counts, passRate, durationMs, at, why, suites };
}

interface Rates {
  readonly passRate: number;
  readonly minPassRate: number;
  readonly failed: number;
  readonly tried: number;
}

/** The same for the same result: no time stands in it. */
function explain(suites: readonly SuiteResult[], { passRate, minPassRate, failed, tried }: Rates): string | null {
  if (suites.length === 0) return 'there is nothing to run';
  const faults = suites.flatMap(({ name, fault }) => (fault === null ? [] : [`${name}: ${fault}`]));
  const hidden = faults.length - mostNamed;
  if (hidden > 1) return `${faults.slice(0, mostNamed).join('; ')}; and ${hidden} more runners`;
  if (faults.length > 0) return faults.join('; ');
  if (passRate >= minPassRate) return null;
  const wanted = minPassRate === 1 ? '' : `, and ${percent(minPassRate)} must pass`;
  const names = suites.flatMap(({ cases }) =>
    cases.filter(({ status }) => status === 'failed').map(({ name }) => name),
  );
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : '';
  const named = names.length === 0 ? '' : ` (${names.slice(0, mostNamed).map(shorten).join(', ')}${more})`;
  return `${failed} of ${tried} failed${named}${wanted}`;
}

/** `80 %`, `99.5 %`. */
export function percent(rate: number): string {
  return `${Math.floor(rate * 1000) / 10} %`;
}

function shorten(name: string): string {
  return name.length > 100 ? `${name.slice(0, 99)}…` : name;
}
