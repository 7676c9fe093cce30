/** How many tests ended how. `passed`, `failed` and `skipped` make the total. */
export interface TestCounts {
  readonly total: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** One test, where its runner tells of them one by one. */
export interface TestCase {
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  readonly durationMs: number | null;
  /** Of a failed one, what it said. */
  readonly message: string | null;
}

/** What one command wrote of its tests; null for what it did not tell. */
export interface TestReport {
  readonly counts: TestCounts | null;
  readonly cases: readonly TestCase[];
}

/** What became of one runner. */
export interface SuiteResult extends TestCounts {
  /** As `testing.runners` calls it. */
  readonly name: string;
  readonly type: string;
  readonly durationMs: number;
  readonly cases: readonly TestCase[];
  /** Why it failed whatever it counted, without a full stop; null where its counts say all. */
  readonly fault: string | null;
  /** The last lines of what it wrote, redacted; empty where nothing failed. */
  readonly lines: string;
}

/** What became of all tests of a pack. */
export interface TestResult extends TestCounts {
  readonly outcome: 'passed' | 'failed';
  /** Of those that were not skipped, from 0 to 1; 1 where all were. */
  readonly passRate: number;
  readonly durationMs: number;
  /** When they began, ISO 8601. */
  readonly at: string;
  /** Why they failed, without a full stop; null where they did not. */
  readonly why: string | null;
  readonly suites: readonly SuiteResult[];
}

/**
 * Counts that make their total: what a runner leaves out is worked out, and what is in its total and nowhere else has
 * not passed. Null where they say too little, or nothing that can be.
 */
export function completeCounts(told: Partial<TestCounts>): TestCounts | null {
  const known = Object.values(told).filter((count) => count !== undefined);
  if (known.some((count) => !Number.isSafeInteger(count) || count < 0 || count > mostTests)) return null;
  const { total = 0, skipped = 0 } = told;
  if (told.passed === undefined && (told.total === undefined || told.failed === undefined)) return null;
  const passed = told.passed ?? Math.max(total - (told.failed ?? 0) - skipped, 0);
  const failed = Math.max(told.failed ?? 0, total - passed - skipped);
  return { total: passed + failed + skipped, passed, failed, skipped };
}

/** Attune's columns are integers of four bytes. */
const mostTests = 1_000_000_000;

/** What several files tell together. */
export function sumReports(reports: readonly TestReport[]): TestReport {
  const counts = reports.flatMap((report) => (report.counts === null ? [] : [report.counts]));
  const sum = (name: keyof TestCounts) => counts.reduce((total, one) => total + one[name], 0);
  return {
    counts:
      counts.length === 0
        ? null
        : { total: sum('total'), passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') },
    cases: reports.flatMap(({ cases }) => cases),
  };
}
