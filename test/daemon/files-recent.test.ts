import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filesRecentMs } from '../../src/daemon/files-recent.ts';

const small = { packs: 50, intervalMs: 1000 };
const large = { packs: 1000, intervalMs: 1000 };

for (const [what, actual, expected] of [
  ['a change leaves looking at files to the interval', filesRecentMs({ cause: 'change' }, [], small), 1300],
  [
    'a webhook is a change, and of a large fleet the interval looks later',
    filesRecentMs({ cause: 'change' }, [{ by: 'webhook' }], large),
    5600,
  ],
  ['a person who asks means all of it', filesRecentMs({ cause: 'change' }, [{ by: 'api' }], large), 0],
  ['the interval looks at every file', filesRecentMs({ cause: 'interval' }, [], small), 0],
  ['of a large fleet every fifth interval does', filesRecentMs({ cause: 'interval' }, [], large), 4300],
  ['the first pass looks at every file', filesRecentMs({ cause: 'start' }, [], large), 0],
] as const) {
  test(what, () => assert.equal(actual, expected));
}
