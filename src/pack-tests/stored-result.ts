import type { JsonObject } from '../json.ts';
import type { SuiteResult, TestCase, TestResult } from './test-result.ts';

const mostCases = 500;
const longestText = 4000;

/** A result as Attune's API gives it, in whose user interface it is shown; all of it fits into a jsonb column. */
export function storedResult(ref: string, version: string, result: TestResult): JsonObject {
  return {
    packRef: ref,
    packVersion: version,
    executionTime: result.at,
    status: result.outcome,
    totalTests: result.total,
    passed: result.passed,
    failed: result.failed,
    skipped: result.skipped,
    passRate: result.passRate,
    durationMs: Math.round(result.durationMs),
    testSuites: result.suites.map(storedSuite),
  };
}

function storedSuite(suite: SuiteResult): JsonObject {
  const { total, passed, failed, skipped, durationMs } = suite;
  const cases = suite.cases.slice(0, mostCases).map(storedCase);
  const testCases = failed > 0 ? [storedEnd(suite), ...cases] : cases;
  const names = { name: storable(suite.name), runnerType: storable(suite.type) };
  return { ...names, total, passed, failed, skipped, durationMs, testCases };
}

/** Attune has one for a runner that tells of no test by itself; here it holds what one that failed wrote last. */
function storedEnd({ name, durationMs, fault, lines }: SuiteResult): JsonObject {
  const said = { errorMessage: fault === null ? null : storable(fault), stdout: storable(lines), stderr: null };
  return { name: storable(`${name}_suite`), status: fault === null ? 'failed' : 'error', durationMs, ...said };
}

function storedCase({ name, status, durationMs, message }: TestCase): JsonObject {
  const said = { errorMessage: message === null ? null : storable(message), stdout: null, stderr: null };
  return { name: storable(name), status, durationMs: durationMs ?? 0, ...said };
}

/** jsonb holds neither NUL nor half a character. */
function storable(text: string): string {
  return text.slice(0, longestText).replaceAll(/[\0\ud800-\udfff]/gu, '�');
}
