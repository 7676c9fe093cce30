import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EndedStep, trackSteps } from '../../src/cli/progress/track-steps.ts';
import { reconcile } from '../../src/reconcile.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { createRemote, temporaryDirectory } from '../support/git.ts';

async function applyTold(fleet: Fleet) {
  const ended: EndedStep[] = [];
  const phases: string[] = [];
  const progress = trackSteps(
    {
      stepEnded: (step) => ended.push(step),
      phaseEnded: (all) => phases.push(all.map(({ step, done, total }) => `${step} ${done}/${total}`).join(', ')),
    },
    () => performance.now(),
  );
  const context = { ...fleet.context, progress };
  await reconcile(context, { cause: 'apply', who: 'test@here', lockTimeoutMs: 20_000 });
  const stepsOf = (name: string) =>
    ended.filter(({ ref }) => ref === name).map(({ step, failed }) => (failed ? `${step} failed` : step));
  return { stepsOf, phases };
}

test('each pack says which steps it goes through, and one that fails says in which', async (context) => {
  await using fleet = await createFleet();
  const files = { 'pack.yaml': 'ref: far\nlabel: far\nversion: 1.0.0\n' };
  const remote = await createRemote(await temporaryDirectory(context), files);
  await fleet.write({
    'desired/far.yaml': `kind: Pack\nref: far\nsource:\n  git: { url: '${remote.url}', branch: main }\n`,
    // Published versions of it cannot be put below a file.
    'store/.versions/stuck': '',
  });
  for (const ref of ['near', 'stuck', 'gone']) await fleet.writePack(ref);
  await fleet.write({ 'packs/gone/pack.yaml': 'ref: [' });
  const first = await applyTold(fleet);
  const whole = ['fetch', 'verify', 'publish', 'rows', 'switch'];
  assert.deepEqual(first.stepsOf('near'), whole);
  assert.deepEqual(first.stepsOf('far'), whole);
  assert.deepEqual(first.stepsOf('gone'), ['fetch', 'verify failed']);
  assert.deepEqual(first.stepsOf('stuck'), ['fetch', 'verify', 'publish failed']);
  assert.deepEqual(first.phases, ['fetch 3/4, verify 3/4', 'publish 2/3', 'rows 2/3, switch 2/2']);
  const second = await applyTold(fleet);
  assert.deepEqual(second.stepsOf('near'), ['fetch']);
});
