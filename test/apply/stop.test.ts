import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noProgress, type Progress } from '../../src/progress.ts';
import { reconcile } from '../../src/reconcile.ts';
import { createFleet } from '../support/fleet.ts';

test('a run that is stopped finishes the pack in hand, begins no other, and the next run goes on', async () => {
  const stop = new AbortController();
  await using fleet = await createFleet({ signal: stop.signal });
  for (const ref of ['aa', 'bb', 'cc']) await fleet.writePack(ref);
  const step: Progress['step'] = async (name, ref, work) => {
    const made = await work();
    if (name === 'rows' && ref === 'aa') stop.abort();
    return made;
  };
  const options = { cause: 'daemon', who: 'test@here', lockTimeoutMs: 20_000 } as const;
  const { result } = await reconcile({ ...fleet.context, progress: { ...noProgress, step } }, options);
  assert.deepEqual(
    result?.packs.map(({ ref, outcome, problems }) => [ref, outcome, problems[0]?.code]),
    [
      ['aa', 'applied', undefined],
      ['bb', 'skipped', 'stopped'],
      ['cc', 'skipped', 'stopped'],
    ],
  );
  assert.deepEqual(await fleet.sql('SELECT ref FROM pack'), [{ ref: 'aa' }]);
  assert.deepEqual(await fleet.sql('SELECT outcome FROM attune_sync.run'), [{ outcome: 'failed' }]);
  const next = await reconcile({ ...fleet.context, signal: new AbortController().signal }, options);
  assert.deepEqual([next.result?.outcome, next.result?.packs.length], ['applied', 2]);
});
