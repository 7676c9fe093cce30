import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Plan } from '../../src/plan/plan.ts';
import { shopFiles } from '../support/example-packs.ts';
import type { Fleet } from '../support/fleet.ts';
import { install, type Like, shopConfig } from './scene.ts';

/** The codes and rows of what blocks each pack. */
function blocks({ changes }: Plan): unknown[] {
  return changes.flatMap(({ ref, blocks }) => blocks.map(({ code, rows }) => [ref, code, rows]));
}

async function assertBlocked(fleet: Fleet, expected: readonly unknown[]): Promise<void> {
  const before = await fleet.sql(everything);
  const { plan, result } = await fleet.apply();
  assert.deepEqual(blocks(plan), expected);
  assert.equal(result.outcome, 'blocked');
  assert.deepEqual(await fleet.sql(everything), before);
}

const everything = `SELECT to_jsonb(t) FROM pack t UNION ALL SELECT to_jsonb(t) FROM runtime t UNION ALL SELECT to_jsonb(t) FROM trigger t
  UNION ALL SELECT to_jsonb(t) FROM action t UNION ALL SELECT to_jsonb(t) FROM sensor t UNION ALL SELECT to_jsonb(t) FROM rule t
  UNION ALL SELECT to_jsonb(t) FROM policy t UNION ALL SELECT to_jsonb(t) FROM workflow_definition t ORDER BY 1`;

/** Leaves files out of a pack and applies that, then brings them back and applies again. */
async function goAndReturn(
  fleet: Fleet,
  files: readonly string[],
  meanwhile?: (gone: Plan) => Promise<void>,
): Promise<void> {
  await fleet.writePack('shop', Object.fromEntries(files.map((path) => [path, null])), {
    version: '2.0.0',
    pack: shopConfig,
  });
  const gone = await fleet.apply();
  assert.equal(gone.result.outcome, 'applied', JSON.stringify(gone.result.packs));
  await meanwhile?.(gone.plan);
  await fleet.writePack('shop', Object.fromEntries(files.map((path) => [path, shopFiles[path] ?? ''])), {
    version: '2.1.0',
    pack: shopConfig,
  });
  const back = await fleet.apply();
  assert.equal(back.result.outcome, 'applied', JSON.stringify(back.result.packs));
}

/** The action that everything hangs on, with what in the packs names it; the policy of desk is another case. */
const shipping = ['actions/ship.yaml', 'policies/one.yaml', 'rules/ship_orders.yaml'];

async function withoutPolicy(like: Like): Promise<Fleet> {
  const fleet = await install(like);
  await fleet.writePack('desk', { 'policies/slow.yaml': null }, { version: '1.1.0' });
  await fleet.apply();
  return fleet;
}

for (const like of ['ours', 'attune'] as const) {
  describe(`what leaves a pack, in a database ${like === 'ours' ? 'of our own' : 'that Attune made'}:`, () => {
    it('a runtime that another pack runs on blocks, rows named', async () => {
      await using fleet = await install(like);
      await fleet.writePack(
        'shop',
        { 'actions/ship.yaml': shopFiles['actions/ship.yaml'] ?? '' },
        { pack: shopConfig },
      );
      await fleet.writePack('core', { 'runtimes/python.yaml': null }, { version: '2.0.0' });
      const { plan, result } = await fleet.apply();
      assert.equal(result.outcome, 'blocked');
      const rows = plan.changes.flatMap(({ blocks }) => blocks.flatMap((note) => note.rows));
      assert.ok(rows.includes('action desk.reply') && rows.includes('sensor desk.watch'), JSON.stringify(rows));
      assert.ok((await fleet.sql(`SELECT FROM runtime WHERE ref = 'core.python'`)).length === 1);
    });

    it('a trigger that another pack’s sensor, or one that a person made, watches blocks, rows named', async () => {
      await using fleet = await install(like);
      await fleet.sql(
        `INSERT INTO sensor (ref, pack, pack_ref, label, description, entrypoint, runtime, runtime_ref, trigger, trigger_ref, enabled, is_adhoc)
         SELECT 'desk.mine', p.id, p.ref, 'Mine', '', 'x.py', r.id, r.ref, t.id, t.ref, TRUE, TRUE FROM pack p, runtime r, trigger t
          WHERE p.ref = 'desk' AND r.ref = 'core.python' AND t.ref = 'shop.ordered'`,
      );
      await fleet.writePack(
        'shop',
        { 'triggers/ordered.yaml': null, 'sensors/orders.yaml': null, 'rules/ship_orders.yaml': null },
        { version: '2.0.0', pack: shopConfig },
      );
      await assertBlocked(fleet, [['shop', 'in-use', ['sensor desk.mine', 'sensor desk.watch']]]);
    });

    it('an action that another pack’s policy limits blocks, rows named', async () => {
      await using fleet = await install(like);
      await fleet.writePack('shop', Object.fromEntries(shipping.map((path) => [path, null])), {
        version: '2.0.0',
        pack: shopConfig,
      });
      await assertBlocked(fleet, [['shop', 'in-use', ['policy desk.slow']]]);
    });

    it('a workflow that runs blocks, and goes once it has ended', async () => {
      await using fleet = await install(like);
      await fleet.sql(
        `INSERT INTO execution (action, action_ref, workflow_def, is_workflow, status)
         SELECT id, ref, workflow_def, TRUE, 'running' FROM action WHERE ref = 'shop.fulfil'`,
      );
      await fleet.writePack('shop', { 'workflows/fulfil.yaml': null }, { version: '2.0.0', pack: shopConfig });
      await assertBlocked(fleet, [['shop', 'unfinished-execution', ['workflow shop.fulfil']]]);
      await fleet.sql(`UPDATE execution SET status = 'completed'`);
      assert.equal((await fleet.apply()).result.outcome, 'applied');
    });

    it('executions of a workflow stay, with their text refs, and so do their inquiries', async () => {
      await using fleet = await install(like);
      await fleet.sql(
        `INSERT INTO execution (action, action_ref, workflow_def, is_workflow, status)
         SELECT id, ref, workflow_def, TRUE, 'completed' FROM action WHERE ref = 'shop.fulfil'`,
      );
      await fleet.sql(`INSERT INTO inquiry (execution, prompt) SELECT id, 'Sure' FROM execution`);
      await fleet.writePack('shop', { 'workflows/fulfil.yaml': null }, { version: '2.0.0', pack: shopConfig });
      assert.equal((await fleet.apply()).result.outcome, 'applied');
      assert.deepEqual(
        await fleet.sql(
          `SELECT e.action, e.action_ref, e.workflow_def, i.prompt FROM execution e JOIN inquiry i ON i.execution = e.id`,
        ),
        [{ action: null, action_ref: 'shop.fulfil', workflow_def: null, prompt: 'Sure' }],
      );
    });

    it('history keeps the text refs of an action, a trigger, a sensor and a rule', async () => {
      await using fleet = await withoutPolicy(like);
      await fleet.sql(
        `INSERT INTO event (trigger, trigger_ref, source, source_ref, rule, rule_ref)
         SELECT t.id, t.ref, s.id, s.ref, r.id, r.ref FROM trigger t, sensor s, rule r
          WHERE t.ref = 'shop.ordered' AND s.ref = 'shop.orders' AND r.ref = 'shop.ship_orders'`,
      );
      await fleet.sql(`INSERT INTO execution (action, action_ref) SELECT id, ref FROM action WHERE ref = 'shop.ship'`);
      await fleet.sql(
        `INSERT INTO enforcement (rule, rule_ref, trigger_ref, payload) SELECT id, ref, trigger_ref, '{}' FROM rule WHERE ref = 'shop.ship_orders'`,
      );
      await fleet.writePack('desk', { 'sensors/watch.yaml': null }, { version: '1.2.0' });
      await fleet.writePack(
        'shop',
        Object.fromEntries([...shipping, 'triggers/ordered.yaml', 'sensors/orders.yaml'].map((path) => [path, null])),
        { version: '2.0.0', pack: shopConfig },
      );
      const { result } = await fleet.apply();
      assert.equal(result.outcome, 'applied', JSON.stringify(result.packs));
      assert.deepEqual(
        await fleet.sql(
          `SELECT e.trigger, e.trigger_ref, e.source, e.source_ref, e.rule, e.rule_ref, x.action, x.action_ref, f.rule_ref AS enforced
             FROM event e, execution x, enforcement f`,
        ),
        [
          {
            trigger: null,
            trigger_ref: 'shop.ordered',
            source: null,
            source_ref: 'shop.orders',
            rule: null,
            rule_ref: 'shop.ship_orders',
            action: null,
            action_ref: 'shop.ship',
            enforced: 'shop.ship_orders',
          },
        ],
      );
    });

    it('keys, queue statistics and assignments are set aside, and given back with the ref that returns', async () => {
      await using fleet = await withoutPolicy(like);
      for (const [kind, ref] of [
        ['action', 'shop.ship'],
        ['sensor', 'shop.orders'],
      ] as const) {
        await fleet.sql(
          `INSERT INTO key (ref, owner_type, owner_${kind}, owner_${kind}_ref, name, encrypted, value)
           SELECT 'k.${kind}', '${kind}', id, ref, 'k', FALSE, 'v' FROM ${kind} WHERE ref = '${ref}'`,
        );
      }
      await fleet.sql(
        `INSERT INTO queue_stats (action_id, total_completed) SELECT id, 41 FROM action WHERE ref = 'shop.ship'`,
      );
      await fleet.sql(`UPDATE action SET timeout_seconds = 9 WHERE ref = 'shop.ship'`);
      await fleet.sql(`INSERT INTO identity (login) VALUES ('ada')`);
      await fleet.sql(
        `INSERT INTO permission_assignment (identity, permset) SELECT i.id, s.id FROM identity i, permission_set s WHERE i.login = 'ada'`,
      );
      const hung = () =>
        fleet.sql(
          `SELECT k.ref, k.value, coalesce(a.ref, s.ref) AS owner, k.owner = coalesce(a.id, s.id)::text AS right
             FROM key k LEFT JOIN action a ON a.id = k.owner_action LEFT JOIN sensor s ON s.id = k.owner_sensor
           UNION ALL SELECT 'queue', q.total_completed::text, a.ref, TRUE FROM queue_stats q JOIN action a ON a.id = q.action_id
           UNION ALL SELECT 'role', i.login, s.ref, TRUE FROM permission_assignment p JOIN identity i ON i.id = p.identity
             JOIN permission_set s ON s.id = p.permset
           UNION ALL SELECT 'settings', timeout_seconds::text, ref, TRUE FROM action WHERE timeout_seconds IS NOT NULL ORDER BY 1`,
        );
      const before = await hung();
      assert.equal(before.length, 5);
      await goAndReturn(fleet, [...shipping, 'sensors/orders.yaml', 'permission_sets/clerk.yaml'], async (gone) => {
        assert.deepEqual(await hung(), []);
        const aside = gone.changes.flatMap(({ keeps }) => keeps.filter(({ code }) => code.startsWith('preserved')));
        assert.deepEqual(
          aside.map(({ sentence, rows }) => `${sentence}: ${rows.join(', ')}`),
          [
            '2 keys, set aside until the component returns: action shop.ship, sensor shop.orders',
            '1 permission assignment, set aside until the component returns: permission_set shop.clerk',
            '1 queue statistic, set aside until the component returns: action shop.ship',
            '1 component with own settings, set aside until the component returns: action shop.ship',
          ],
        );
      });
      assert.deepEqual(await hung(), before);
    });

    it('a switch that a person set is as they set it when its ref returns', async () => {
      await using fleet = await install(like);
      await fleet.sql(`UPDATE sensor SET enabled = FALSE WHERE ref = 'shop.orders'`);
      await fleet.sql(`UPDATE rule SET enabled = FALSE WHERE ref = 'shop.ship_orders'`);
      await fleet.apply();
      await goAndReturn(fleet, ['sensors/orders.yaml', 'rules/ship_orders.yaml']);
      assert.deepEqual(
        await fleet.sql(
          `SELECT enabled FROM sensor WHERE ref = 'shop.orders' UNION ALL SELECT enabled FROM rule WHERE ref = 'shop.ship_orders'`,
        ),
        [{ enabled: false }, { enabled: false }],
      );
    });

    it('a rule that a person made stays, is listed as an orphan, and is linked again', async () => {
      await using fleet = await withoutPolicy(like);
      await fleet.sql(
        `INSERT INTO rule (ref, pack, pack_ref, label, description, action, action_ref, trigger, trigger_ref, enabled, is_adhoc, created)
         SELECT 'shop.mine', p.id, p.ref, 'Mine', '', a.id, a.ref, t.id, t.ref, TRUE, TRUE, '2020-01-01'
           FROM pack p, action a, trigger t WHERE p.ref = 'shop' AND a.ref = 'shop.ship' AND t.ref = 'shop.ordered'`,
      );
      const mine = `SELECT r.id, r.created, r.enabled, r.action_ref, a.ref FROM rule r LEFT JOIN action a ON a.id = r.action WHERE r.ref = 'shop.mine'`;
      const [before] = await fleet.sql<Record<string, unknown>>(mine);
      await goAndReturn(fleet, shipping, async () => {
        assert.deepEqual(await fleet.sql(mine), [{ ...before, ref: null }]);
        const { notes } = await fleet.plan();
        assert.ok(notes.some(({ code, rows }) => code === 'orphaned-rule' && rows.includes('rule shop.mine')));
      });
      assert.deepEqual(await fleet.sql(mine), [before]);
    });

    it('a pack that goes whole does not take what another needs: it is blocked, rows named', async () => {
      await using fleet = await install(like);
      await fleet.write({ 'desired/core.yaml': null });
      const { plan } = await fleet.apply();
      const removal = plan.changes.find(({ ref }) => ref === 'core');
      assert.equal(removal?.action, 'remove');
      assert.ok(
        removal?.blocks.some(({ rows }) => rows.includes('sensor desk.watch')),
        JSON.stringify(removal?.blocks),
      );
      assert.equal((await fleet.sql(`SELECT FROM runtime WHERE pack_ref = 'core'`)).length, 2);
    });
  });
}
