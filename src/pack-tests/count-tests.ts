import type { TestCounts } from './test-result.ts';

/** `12 passed, 1 skipped`; `2 of 12 failed`. */
export function countTests({ passed, failed, skipped }: Omit<TestCounts, 'total'>): string {
  const more = skipped === 0 ? '' : `, ${skipped} skipped`;
  return failed === 0 ? `${passed} passed${more}` : `${failed} of ${passed + failed} failed${more}`;
}
