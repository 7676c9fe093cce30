import { it } from 'node:test';
import { runHistories } from './run-histories.ts';

it('random histories lose nothing, and come to rest as they should', async (t) => {
  t.diagnostic(await runHistories('ours', { runs: 24, seed: 1 }));
});
