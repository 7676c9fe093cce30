import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createFleet, type Fleet } from '../support/fleet.ts';

async function packRefs(fleet: Fleet): Promise<string[]> {
  return (await fleet.sql<{ ref: string }>('SELECT ref FROM pack ORDER BY ref')).map(({ ref }) => ref);
}

describe('a document that is not there', () => {
  it('means nothing while another is invalid: nine of ten are applied, nothing is removed', async () => {
    await using fleet = await createFleet();
    const refs = Array.from({ length: 10 }, (_, index) => `pack${index}`);
    for (const ref of refs) await fleet.writePack(ref);
    await fleet.write({ 'desired/pack3.yaml': 'kind: Pack\nref: pack3\nsource: [not, a source\n' });
    const { result } = await fleet.apply();
    assert.equal(result.packs.filter(({ outcome }) => outcome === 'applied').length, 9);
    assert.equal(result.outcome, 'failed');
    const [fault] = result.problems.filter(({ severity }) => severity === 'error');
    assert.match(`${fault?.where?.file}:${fault?.where?.line}:${fault?.where?.column}`, /pack3\.yaml:\d+:\d+$/);
    await fleet.write({ 'desired/pack7.yaml': null });
    const { plan } = await fleet.apply();
    assert.deepEqual(plan.changes, []);
    assert.equal((await packRefs(fleet)).length, 9);
  });

  it('is an error, however often it is looked at, where the whole directory is emptied', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('one');
    await fleet.apply();
    await fleet.write({ 'desired/one.yaml': null });
    for (const pass of [1, 2, 3]) {
      const { plan, result } = await fleet.apply();
      assert.deepEqual(plan.changes, [], `pass ${pass}`);
      assert.equal(result.outcome, 'failed', `pass ${pass}`);
      assert.ok(
        result.problems.some(({ code }) => code === 'entry-emptied'),
        `pass ${pass}`,
      );
    }
    assert.deepEqual(await packRefs(fleet), ['one']);
  });

  it('is an error where the directory itself is gone, and nothing is removed when it comes back', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('one');
    await fleet.apply();
    await rename(join(fleet.directory, 'desired'), join(fleet.directory, 'elsewhere'));
    const { result } = await fleet.apply();
    assert.equal(result.outcome, 'failed');
    await rename(join(fleet.directory, 'elsewhere'), join(fleet.directory, 'desired'));
    const again = await fleet.apply();
    assert.deepEqual([again.plan.changes, again.result.outcome], [[], 'unchanged']);
    assert.deepEqual(await packRefs(fleet), ['one']);
  });

  it('removes the pack: that somebody applies the plan is the second look', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('one');
    await fleet.writePack('two');
    await fleet.apply();
    await fleet.write({ 'desired/one.yaml': null });
    const { plan, result } = await fleet.apply();
    assert.deepEqual(
      plan.changes.map(({ ref, action, blocks }) => [ref, action, blocks.length > 0]),
      [['one', 'remove', false]],
    );
    assert.equal(result.outcome, 'applied');
    assert.deepEqual(await packRefs(fleet), ['two']);
  });
});
