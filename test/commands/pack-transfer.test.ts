import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { packTransfer } from '../../src/commands/pack-transfer.ts';
import type { DatabaseContext } from '../../src/context.ts';
import { SyncError } from '../../src/errors.ts';
import { look } from '../../src/look.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { reconcile } from '../../src/reconcile.ts';
import { writeConfig } from '../support/cli-child.ts';
import { runInside } from '../support/cli-inside.ts';
import { allIds } from '../support/end-state.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { minimalPack } from '../support/packs.ts';

const files = minimalPack('one') as Record<string, string>;
const who = 'ada@here';

/** The same database and pack store, seen with another configuration, whose documents are in `other/`. */
function other(fleet: Fleet): DatabaseContext {
  const { config } = fleet.context;
  const entry = { type: 'directory', name: 'other', directory: join(fleet.directory, 'other') } as const;
  return { ...fleet.context, config: { ...config, name: 'other', desiredState: [entry] } };
}

function give(fleet: Fleet, refs: readonly string[], to = 'other') {
  return packTransfer(fleet.context, { refs, to, who, lockTimeoutMs: 20_000 });
}

async function installed(fleet: Fleet): Promise<void> {
  await fleet.writePack('one', files);
  await fleet.writePack('two', minimalPack('two') as Record<string, string>);
  await fleet.write({ 'other/readme.txt': '' });
  const { result } = await fleet.apply();
  assert.equal(result.outcome, 'applied');
}

function document(ref: string, more = ''): string {
  return `kind: Pack\nref: ${ref}\nsource:\n  directory: ../packs/${ref}\n${more}`;
}

function planned({ changes }: Plan): unknown[] {
  return changes.map(({ ref, action, reason, blocks }) => [ref, action, reason.code, blocks.map(({ code }) => code)]);
}

function transferred({ notes }: Plan) {
  return notes.filter(({ code }) => code === 'transferred');
}

for (const like of ['ours', 'attune'] as const) {
  describe(`a pack that is transferred, in a database like ${like}`, () => {
    it('keeps its rows and ids, and both managers have it in their history', async () => {
      await using fleet = await createFleet({ like });
      await installed(fleet);
      const ids = await allIds(fleet);
      assert.deepEqual(await give(fleet, ['two', 'one', 'one']), {
        from: 'test',
        to: 'other',
        packs: [
          { ref: 'one', version: '1.0.0' },
          { ref: 'two', version: '1.0.0' },
        ],
      });
      assert.deepEqual(await allIds(fleet), ids);
      assert.deepEqual(await fleet.sql('SELECT ref, manager, given_by FROM attune_sync.pack ORDER BY ref'), [
        { ref: 'one', manager: 'other', given_by: 'test' },
        { ref: 'two', manager: 'other', given_by: 'test' },
      ]);
      const history = await fleet.sql(
        `SELECT r.manager, r.cause, r.who, r.outcome, c.pack, c.action, c.reason FROM attune_sync.run r
           JOIN attune_sync.run_change c ON c.run = r.id WHERE r.cause <> 'apply' ORDER BY r.id, c.pack`,
      );
      const given = { manager: 'test', action: 'forget', reason: 'transferred to other' };
      const taken = { manager: 'other', action: 'adopt', reason: 'transferred from test' };
      assert.deepEqual(
        history,
        [given, taken].flatMap((side) =>
          ['one', 'two'].map((pack) => ({ cause: 'pack transfer', who, outcome: 'applied', pack, ...side })),
        ),
      );
    });

    it('is blocked for the giver while its document names it, and no longer seen without one', async () => {
      await using fleet = await createFleet({ like });
      await installed(fleet);
      await give(fleet, ['one']);
      assert.deepEqual(planned(await fleet.plan()), [['one', 'adopt', 'installed-by-another', ['managed-by-another']]]);
      assert.match(JSON.stringify((await fleet.plan()).changes), /belongs to the manager other/);
      await rm(join(fleet.directory, 'desired/one.yaml'));
      const plan = await fleet.plan();
      assert.deepEqual([plan.changes, transferred(plan), plan.unchanged], [[], [], ['two']]);
    });

    it('is not removed by a receiver that has no document for it, and is once one has named it', async () => {
      await using fleet = await createFleet({ like });
      await installed(fleet);
      await give(fleet, ['one', 'two']);
      const context = other(fleet);
      const apply = () => reconcile(context, { cause: 'daemon', who, lockTimeoutMs: 20_000 });
      await fleet.write({ 'other/two.yaml': document('two') });
      const { plan } = await look(context);
      assert.deepEqual(planned(plan), [['two', 'adopt', 'transferred', []]]);
      const [adopted] = plan.changes;
      assert.deepEqual([adopted?.pack.fields, adopted?.components, adopted?.files], [[], [], false]);
      assert.deepEqual(transferred(plan), [
        { code: 'transferred', sentence: 'transferred here, and kept until a document names it', rows: ['pack one'] },
      ]);
      const ids = await allIds(fleet);
      await apply();
      assert.deepEqual(await allIds(fleet), ids);
      assert.deepEqual((await look(context)).plan.changes, []);
      await fleet.write({ 'other/one.yaml': document('one') });
      await apply();
      assert.deepEqual(await fleet.sql('SELECT FROM attune_sync.pack WHERE given_by IS NOT NULL'), []);
      await rm(join(fleet.directory, 'other/one.yaml'));
      assert.deepEqual(
        planned((await look(context)).plan).map((change) => (change as unknown[]).slice(0, 3)),
        [['one', 'remove', 'not-desired']],
      );
    });
  });
}

describe('a transfer', () => {
  it('of packs that are not this manager’s gives none of them, and names each with its owner', async () => {
    await using fleet = await createFleet();
    await installed(fleet);
    await fleet.sql(`INSERT INTO pack (ref, label, version) VALUES ('loose', 'Loose', '1.0.0')`);
    await give(fleet, ['one']);
    const before = await fleet.sql('SELECT * FROM attune_sync.pack ORDER BY ref');
    await assert.rejects(give(fleet, ['two', 'one', 'loose', 'nothing'], 'third'), (error) => {
      assert.ok(error instanceof SyncError);
      assert.deepEqual(
        error.problems.map(({ code }) => code),
        ['unmanaged-pack', 'unknown-pack', 'managed-by-another'],
      );
      assert.match(error.problems.map(({ message }) => message).join(), /one belongs to the manager other/);
      return true;
    });
    assert.deepEqual(await fleet.sql('SELECT * FROM attune_sync.pack ORDER BY ref'), before);
  });

  for (const to of ['Other', '-x', 'test', '']) {
    it(`to "${to}" is refused before anything is read`, async () => {
      await using fleet = await createFleet({ migrated: false });
      await assert.rejects(give(fleet, ['one'], to), { code: 'invalid-manager' });
    });
  }

  it('asks, and writes nothing where the answer is no or nobody can be asked', async () => {
    await using fleet = await createFleet();
    await writeConfig(fleet);
    await installed(fleet);
    const asked: string[] = [];
    const confirm = async ({ packs }: { packs: readonly { ref: string }[] }) => {
      asked.push(...packs.map(({ ref }) => ref));
      return false;
    };
    const options = { refs: ['one'], to: 'other', who, lockTimeoutMs: 20_000, confirm };
    assert.equal(await packTransfer(fleet.context, options), null);
    assert.deepEqual(asked, ['one']);
    const refused = await runInside(fleet, ['pack', 'transfer', 'one', '--to', 'other']);
    assert.deepEqual([refused.code, refused.out], [1, '']);
    assert.match(refused.err, /\[cannot-ask\]\n.*`attune-sync pack transfer one --to other --yes`/);
    assert.deepEqual(await fleet.sql(`SELECT ref FROM attune_sync.pack WHERE manager = 'other'`), []);
    const done = await runInside(fleet, ['pack', 'transfer', 'one', '--to', 'other', '--yes']);
    assert.equal(done.code, 0, done.err);
    assert.match(done.out, /^Transferred 1 pack \(one\) from test to other\./);
    const again = await runInside(fleet, ['pack', 'transfer', 'one', '--to', 'third']);
    assert.equal(again.code, 1);
    assert.match(again.err, /belongs to the manager other.*\[managed-by-another\]/s);
  });
});
