import { it } from 'node:test';
import { runHistories } from './run-histories.ts';

it('random histories lose nothing in a database that Attune made, and come to rest as they should', async (t) => {
  t.diagnostic(await runHistories('attune', { runs: 24, seed: 2 }));
});
