import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compare, look } from '../src/look.ts';
import { joinAhead, readAhead } from '../src/look-ahead.ts';
import { createFleet, type Fleet } from './support/fleet.ts';

const bell = (label: string) => ({ 'triggers/bell.yaml': `ref: jira.bell\nlabel: ${label}\n` });

/** Two packs applied, then a document and a row changed. */
async function moveBoth(fleet: Fleet): Promise<void> {
  await fleet.writePack('jira', bell('Bell'));
  await fleet.writePack('vault', { 'triggers/lock.yaml': 'ref: vault.lock\nlabel: Lock\n' });
  await fleet.apply();
  await fleet.writePack('jira', bell('Bell'), { document: 'config: { url: https://jira.example }\n' });
  await fleet.sql(`UPDATE trigger SET label = 'Mine' WHERE ref = 'vault.lock'`);
}

for (const like of ['ours', 'attune'] as const) {
  describe(`what is read ahead, in a database ${like === 'ours' ? 'of our own' : 'that Attune made'}`, () => {
    it('gives the plan of its moment, also where documents changed since the last pass', async () => {
      await using fleet = await createFleet({ like });
      await moveBoth(fleet);
      const ahead = readAhead(fleet.context);
      await ahead;
      const now = await look(fleet.context);
      assert.deepEqual(
        now.plan.changes.map(({ ref, reason }) => [ref, reason.code]),
        [
          ['jira', 'config-changed'],
          ['vault', 'row-drifted'],
        ],
      );
      await fleet.sql(`UPDATE trigger SET label = 'Later' WHERE ref = 'vault.lock'`);
      assert.deepEqual((await compare(fleet.context, now.desired, {}, ahead)).plan, now.plan);
    });
  });
}

describe('what is read ahead', () => {
  it('is not used where other packs are named than by the last pass', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('jira');
    assert.equal(readAhead(fleet.context), null);
    await fleet.apply();
    await fleet.writePack('vault');
    const { desired } = await look(fleet.context);
    assert.equal(await joinAhead(fleet.context, readAhead(fleet.context), desired), null);
  });

  it('is not used where a pack has other content than in the last pass', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('jira', bell('Bell'));
    await fleet.apply();
    await fleet.writePack('jira', bell('Doorbell'), { version: '1.1.0' });
    const { desired } = await look(fleet.context);
    assert.equal(await joinAhead(fleet.context, readAhead(fleet.context), desired), null);
  });

  it('is not used where it could not be read', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('jira');
    await fleet.apply();
    const { desired } = await look(fleet.context);
    assert.equal(await joinAhead(fleet.context, Promise.reject(new Error('no answer')), desired), null);
  });
});
