import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindsOfFaults, runChaos } from './run-chaos.ts';

test('daemons to whom everything happens once come to rest, lose nothing that people made, and leave nothing behind', async (t) => {
  const wrong = await runChaos({
    seed: 1,
    packs: 8,
    remotes: 4,
    pace: 0.2,
    burst: 20,
    steps: kindsOfFaults,
    limitMs: 30_000,
    boundMs: 30_000,
    say: (line) => t.diagnostic(line),
  });
  assert.deepEqual(wrong, []);
});
