import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { applySaved, outcomes, save } from './saved-scene.ts';

const schema = 'conf_schema: { url: { type: string, default: here }, password: { type: string, secret: true } }\n';

/** Two packs that are installed, and then a saved plan that changes both. */
async function saveBoth(fleet: Fleet): Promise<void> {
  await fleet.writePack('core', coreFiles);
  await fleet.writePack('shop', shopFiles, { pack: schema });
  await fleet.apply();
  await fleet.sql(
    `INSERT INTO runtime (ref, name, distributions, installation) VALUES ('other.node', 'Node', '{}', '{}')`,
  );
  await fleet.writePack('core', { 'actions/echo.sh': 'echo again\n' });
  await fleet.writePack(
    'shop',
    {
      'actions/ship.yaml': 'ref: shop.ship\nlabel: Ship it\nrunner_type: python\nentry_point: ship.py\n',
      'actions/pack.yaml': 'ref: shop.pack\nlabel: Pack\nrunner_type: other.node\nentry_point: ship.py\n',
      'permission_sets/clerk.yaml': null,
      'triggers/returned.yaml': 'ref: shop.returned\nlabel: Returned\n',
    },
    { pack: schema, document: 'config: { password: canary-4711 }\n' },
  );
  await save(fleet);
}

const rule = (ref: string, pack: string, action: string | null, text = action ?? '') =>
  `INSERT INTO rule (ref, pack, pack_ref, label, description, conditions, action, action_ref, trigger, trigger_ref, enabled, is_adhoc)
   SELECT '${ref}', p.id, p.ref, 'Mine', '', '[]', ${action === null ? 'NULL' : `(SELECT id FROM action WHERE ref = '${action}')`},
          '${text}', t.id, t.ref, TRUE, TRUE
     FROM pack p, trigger t WHERE p.ref = '${pack}' AND t.ref = 'shop.ordered'`;

/** What moves between the plan and its applying: the sentence that refuses the pack shop, or null where it is applied. */
const moves: readonly (readonly [string, (fleet: Fleet) => Promise<unknown>, RegExp | null])[] = [
  ['nothing', async () => {}, null],
  [
    'a person toggles a switch of the pack',
    (fleet) => fleet.sql(`UPDATE sensor SET enabled = NOT enabled WHERE ref = 'shop.orders'`),
    /rows in Postgres changed: sensor shop\.orders$/,
  ],
  [
    'a person edits a row of the pack',
    (fleet) => fleet.sql(`UPDATE action SET description = 'mine' WHERE ref = 'shop.ship'`),
    /rows in Postgres changed: action shop\.ship$/,
  ],
  [
    'a person deletes a row of the pack',
    (fleet) => fleet.sql(`DELETE FROM policy WHERE ref = 'shop.one'`),
    /rows in Postgres changed: policy shop\.one$/,
  ],
  [
    'a person sets a config key of the pack',
    (fleet) => fleet.sql(`UPDATE pack SET config = config || '{"url": "there"}' WHERE ref = 'shop'`),
    /rows in Postgres changed: the config key url$/,
  ],
  [
    'a person sets the secret that the document is about to set',
    (fleet) => fleet.sql(`UPDATE pack SET config = config || '{"password": "canary-0815"}' WHERE ref = 'shop'`),
    /rows in Postgres changed: the config key password$/,
  ],
  [
    'a person renames the pack',
    (fleet) => fleet.sql(`UPDATE pack SET label = 'Mine' WHERE ref = 'shop'`),
    /rows in Postgres changed: the pack shop$/,
  ],
  [
    'an override is recorded',
    (fleet) =>
      fleet.sql(
        `INSERT INTO attune_sync.override (kind, ref, field, pack, value) VALUES ('sensor', 'shop.orders', 'enabled', 'shop', 'false')`,
      ),
    /rows in Postgres changed: the override of sensor shop\.orders \(enabled\)$/,
  ],
  [
    'somebody makes a component that the pack is about to bring',
    (fleet) =>
      fleet.sql(`INSERT INTO trigger (ref, label, is_adhoc, pack, pack_ref)
                 SELECT 'shop.returned', 'Mine', TRUE, id, ref FROM pack WHERE ref = 'shop'`),
    /rows in Postgres changed: trigger shop\.returned; /,
  ],
  [
    'a runtime of another that the pack names is deleted',
    (fleet) => fleet.sql(`DELETE FROM runtime WHERE ref = 'other.node'`),
    /rows in Postgres changed: the runtime other\.node that it names$/,
  ],
  [
    'a rule of another begins to wait for what the pack brings',
    (fleet) => fleet.sql(rule('core.mine', 'core', null, 'shop.pack')),
    /rows in Postgres changed: the rule core\.mine that waits for it$/,
  ],
  [
    'the document is edited',
    (fleet) => fleet.writePack('shop', {}, { pack: schema, document: 'config: { password: canary-0815 }\n' }),
    /what its document says changed$/,
  ],
  ['the document goes', (fleet) => fleet.write({ 'desired/shop.yaml': null }), /no document names it any more/],
  [
    'the document cannot be read',
    (fleet) => fleet.write({ 'desired/shop.yaml': 'kind: Pack\nref: shop\nsource: {}\n' }),
    /its document cannot be read any more/,
  ],
  [
    'the files of the pack change',
    (fleet) => fleet.write({ 'packs/shop/actions/ship.py': 'print("again")\n' }),
    /the files in its directory changed$/,
  ],
  [
    'several things move',
    async (fleet) => {
      await fleet.write({ 'packs/shop/actions/ship.py': 'print("again")\n' });
      await fleet.sql(`UPDATE action SET description = 'mine' WHERE ref = 'shop.ship'`);
    },
    /since the plan was saved, the files in its directory changed; rows in Postgres changed: action shop\.ship$/,
  ],
  ['an ad-hoc rule is added to the pack', (fleet) => fleet.sql(rule('shop.mine', 'shop', 'shop.ship')), null],
  [
    'a config key that nobody else names is set',
    (fleet) => fleet.sql(`UPDATE pack SET config = config || '{"mine": 1}' WHERE ref = 'shop'`),
    null,
  ],
  [
    'a key is stored for an action, and a webhook is switched on',
    async (fleet) => {
      await fleet.sql(`UPDATE trigger SET webhook_enabled = TRUE WHERE ref = 'shop.ordered'`);
      await fleet.sql(`UPDATE pack SET updated = now() WHERE ref = 'shop'`);
    },
    null,
  ],
  [
    'the document moves to another file',
    async (fleet) => {
      await fleet.write({ 'desired/shop.yaml': null });
      await fleet.write({
        'desired/more/shop.yaml':
          'kind: Pack\nref: shop\nsource: { directory: ../../packs/shop }\nconfig: { password: canary-4711 }\n',
      });
    },
    null,
  ],
  [
    'another pack is desired, and its document is nonsense',
    (fleet) =>
      fleet.write({ 'desired/nonsense.yaml': 'kind: Pack\nref: nonsense\nsource: { directory: ../nowhere }\n' }),
    null,
  ],
];

describe('a pack of a saved plan is refused by itself where what decided its change moved since', () => {
  for (const [name, move, sentence] of moves) {
    it(`${name}: ${sentence === null ? 'applied' : 'refused'}`, async () => {
      await using fleet = await createFleet();
      await saveBoth(fleet);
      await move(fleet);
      const before = await rowsOf(fleet, 'shop');
      const applied = await applySaved(fleet);
      const [core, shop] = ['core', 'shop'].map((ref) => applied.result.packs.find((pack) => pack.ref === ref));
      assert.equal(core?.outcome, 'applied', 'the other pack goes on');
      if (sentence === null) {
        assert.deepEqual(outcomes(applied), ['core | applied', 'shop | applied']);
        return;
      }
      assert.equal(shop?.outcome, 'blocked', outcomes(applied).join('\n'));
      assert.equal(shop?.problems[0]?.code, 'plan-stale');
      const said = shop?.problems.map(({ message }) => message).join('; ') ?? '';
      assert.match(shop?.problems[0]?.message ?? '', /^since the plan was saved, /);
      assert.match(said, new RegExp(sentence.source.replace(/\$$/, '(; |$)')));
      assert.deepEqual(await rowsOf(fleet, 'shop'), before, 'nothing of it was written');
    });
  }
});

/** What a run writes for a pack. */
async function rowsOf(fleet: Fleet, pack: string): Promise<unknown> {
  return fleet.sql(
    `SELECT to_jsonb(t) - ARRAY['updated'] AS row FROM pack t WHERE ref = ?
     UNION ALL SELECT to_jsonb(t) FROM attune_sync.pack t WHERE ref = ?
     UNION ALL SELECT to_jsonb(t) FROM attune_sync.component t WHERE pack = ? ORDER BY 1`,
    [pack, pack, pack],
  );
}

describe('what else can have happened to a pack of a saved plan', () => {
  it('another pack changed in every way: it does not matter', async () => {
    await using fleet = await createFleet();
    await saveBoth(fleet);
    await save(fleet, { targets: ['shop'] });
    await fleet.sql(`UPDATE trigger SET enabled = NOT enabled WHERE ref = 'core.timer'`);
    await fleet.sql(`UPDATE action SET description = 'mine' WHERE ref = 'core.echo'`);
    await fleet.sql(`UPDATE pack SET config = '{"a": 1}', label = 'Mine' WHERE ref = 'core'`);
    await fleet.write({ 'packs/core/actions/echo.sh': 'echo thrice\n' });
    assert.deepEqual(outcomes(await applySaved(fleet)), ['shop | applied']);
    const [core] = await fleet.sql(`SELECT description FROM action WHERE ref = 'core.echo'`);
    assert.deepEqual(core, { description: 'mine' }, 'no other pack is touched');
  });

  it('it was applied by another: nothing is left to do, and nothing is written', async () => {
    await using fleet = await createFleet();
    await saveBoth(fleet);
    await fleet.apply();
    const again = await applySaved(fleet);
    assert.deepEqual(outcomes(again), []);
    assert.deepEqual(again.plan.unchanged, ['core', 'shop']);
    assert.equal(again.result.outcome, 'unchanged');
    assert.equal(again.result.run, null);
  });

  it('it was applied already: the second time nothing is left to do', async () => {
    await using fleet = await createFleet();
    await saveBoth(fleet);
    assert.deepEqual(outcomes(await applySaved(fleet)), ['core | applied', 'shop | applied']);
    assert.deepEqual(outcomes(await applySaved(fleet)), []);
    assert.deepEqual((await fleet.plan()).changes, []);
  });

  it('something newer was installed by another: it is refused, not taken back', async () => {
    await using fleet = await createFleet();
    await saveBoth(fleet);
    await fleet.write({ 'packs/shop/actions/ship.py': 'print("newer")\n' });
    await fleet.apply();
    const [core, shop, ...more] = outcomes(await applySaved(fleet));
    assert.match(core ?? '', /^shop \| blocked \| plan-stale: .*the files in its directory changed; rows in Postgres/);
    assert.equal(shop, undefined);
    assert.deepEqual(more, []);
  });

  it('what it needs is refused: it is skipped', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('core', coreFiles);
    await fleet.writePack('shop', shopFiles);
    await save(fleet);
    await fleet.write({ 'packs/core/actions/echo.sh': 'echo again\n' });
    assert.deepEqual(outcomes(await applySaved(fleet)), [
      'core | blocked | plan-stale: since the plan was saved, the files in its directory changed',
      'shop | skipped | needs-another: it needs the pack core, which was not applied',
    ]);
  });

  it('what it needs was installed meanwhile, as it was planned: it is applied', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('core', coreFiles);
    await fleet.writePack('shop', shopFiles);
    await save(fleet);
    await save(fleet, { targets: ['core'] }, 'core.json');
    assert.deepEqual(outcomes(await applySaved(fleet, 'core.json')), ['core | applied']);
    assert.deepEqual(outcomes(await applySaved(fleet)), ['shop | applied']);
  });

  it('its files in the pack store were lost: the change is another one now', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('core', coreFiles);
    await fleet.apply();
    await fleet.sql(`UPDATE action SET description = 'mine' WHERE ref = 'core.echo'`);
    await save(fleet);
    await rm(join(fleet.directory, 'store', 'core'));
    const [core] = outcomes(await applySaved(fleet));
    assert.match(
      core ?? '',
      /^core \| blocked \| plan-stale: .*files in the pack store changed, so that another change/,
    );
  });

  it('people set what the plan only records: it is recorded where it is still so', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('core', coreFiles);
    await fleet.apply();
    await fleet.sql(`UPDATE trigger SET enabled = NOT enabled WHERE ref = 'core.timer'`);
    const { saved } = await save(fleet);
    assert.equal(saved.overrides.length, 1);
    assert.deepEqual(outcomes(await applySaved(fleet)), []);
    assert.deepEqual(await fleet.sql('SELECT ref, field FROM attune_sync.override'), [
      { ref: 'core.timer', field: 'enabled' },
    ]);
  });
});
