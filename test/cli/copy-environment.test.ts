import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { copyEnvironment } from '../../src/cli/copy-environment.ts';

test('the copy holds the same values, and children inherit it', () => {
  const before = { ...process.env };
  copyEnvironment(process);
  assert.deepEqual(process.env, before);
  process.env.ATTUNE_SYNC_TEST_COPY = 'inherited';
  assert.equal(
    execFileSync(process.execPath, ['-p', 'process.env.ATTUNE_SYNC_TEST_COPY'], { encoding: 'utf8' }).trim(),
    'inherited',
  );
});
