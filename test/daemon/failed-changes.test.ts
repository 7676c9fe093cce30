import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { problem } from '../../src/errors.ts';
import { type Asked, packResult, withDaemon } from './daemon-scene.ts';

const problems = [problem('error', 'database-constraint', 'It refuses a value.')];

/** As applying it does. */
function fail({ options }: Asked, retry: boolean) {
  const verdict = { outcome: 'failed', problems, retry } as const;
  options.failedChanges?.set('jira', { state: 'as it is', verdict });
  return packResult('jira', verdict);
}

test(
  'what only a change can mend is left alone by the interval, said once, and forgotten with a change',
  {
    timeout: 20_000,
  },
  () =>
    withDaemon({}, async ({ next, timing, lines, desired }) => {
      const first = await next();
      first.answer({ outcome: 'failed', packs: [fail(first, false)] });
      await timing.pass(await timing.asleep());
      const second = await next();
      assert.equal(second.options.failedChanges?.has('jira'), true);
      second.answer({ outcome: 'failed', packs: [{ ...fail(second, false), untried: true }] });
      await timing.asleep();
      assert.equal(lines.filter((line) => line.includes('It waits for a change.')).length, 1);
      await writeFile(join(desired, 'new.yaml'), 'kind: Pack\n');
      const third = await next();
      assert.equal(third.options.failedChanges?.size, 0);
      third.answer();
    }),
);

test('what may do better by itself is forgotten when it is its time', { timeout: 20_000 }, () =>
  withDaemon({}, async ({ next, timing }) => {
    const first = await next();
    first.answer({ outcome: 'failed', packs: [fail(first, true)] });
    await timing.pass(await timing.asleep());
    const second = await next();
    assert.deepEqual([second.options.targets, second.options.failedChanges?.size], [['jira'], 0]);
    second.answer();
  }),
);
