import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '../../../src/commands/doctor/finding.ts';
import { runCheck } from '../../../src/commands/doctor/run-check.ts';
import { SyncError } from '../../../src/errors.ts';

test('a check gives what it finds, whatever it meets', async () => {
  const found = async (check: () => Promise<never>) =>
    (await runCheck('one', 60_000, check)).findings.map(({ level, code, hint }) => [level, code, hint]);
  assert.deepEqual(await runCheck('one', 60_000, async () => [ok('Well.')]), {
    name: 'one',
    findings: [{ level: 'ok', message: 'Well.' }],
  });
  const refused = new SyncError('some-code', 'It was refused.', { hint: 'Ask nicely.' });
  assert.deepEqual(await found(() => Promise.reject(refused)), [['error', 'some-code', 'Ask nicely.']]);
  const thrown = () => {
    throw new Error('a fault');
  };
  assert.deepEqual(await found(thrown), [['error', 'unexpected', undefined]]);
});

test('a check that does not come to an end is found, and the others need not wait for it', async () => {
  const { findings } = await runCheck('one', 5, () => new Promise(() => setInterval(() => {}, 60_000).unref()));
  assert.deepEqual(
    findings.map(({ level, code }) => [level, code]),
    [['error', 'check-endless']],
  );
});
