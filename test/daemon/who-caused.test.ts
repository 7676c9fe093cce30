import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whoCaused } from '../../src/daemon/who-caused.ts';

test('a pass is in the name of those who asked for it, each once, else of the daemon', () => {
  const asked = (...names: string[]) => names.map((who) => ({ by: 'api', who }) as const);
  assert.equal(whoCaused('sync@host', []), 'sync@host');
  assert.equal(whoCaused('sync@host', asked('ann', 'bob', 'ann')), 'ann, bob');
  assert.equal(whoCaused('sync@host', asked('a', 'b', 'c', 'd', 'e')), 'a, b, c and 2 more');
});
