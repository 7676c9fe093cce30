import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { reinstallAsAttune } from '../support/attune-reinstall.ts';
import { allIds } from '../support/end-state.ts';
import type { Fleet } from '../support/fleet.ts';
import { builtWorkflow, install, type Like, live, reinstallAll } from './scene.ts';

/** What is the same before and after a reinstall of every pack, by name of the test. Some tables only one database has. */
const kept: readonly (readonly [name: string, query: string, only?: Like])[] = [
  ['the keys of a pack', `SELECT to_jsonb(k) FROM key k JOIN pack p ON p.id = k.owner_pack`],
  [
    'the runtime under actions of other packs',
    `SELECT a.id, a.runtime, r.ref FROM action a JOIN runtime r ON r.id = a.runtime ORDER BY 1`,
  ],
  ['the keys of identities', `SELECT to_jsonb(k) FROM key k JOIN identity i ON i.id = k.owner_identity`],
  [
    'sensors of other packs on its runtimes and triggers',
    `SELECT s.id, s.runtime, s.trigger, s.enabled FROM sensor s JOIN trigger t ON t.id = s.trigger WHERE s.ref = 'desk.watch'`,
  ],
  [
    'executions of workflows, with their inquiries',
    `SELECT to_jsonb(e) AS execution, to_jsonb(i) AS inquiry FROM execution e JOIN inquiry i ON i.execution = e.id
       JOIN workflow_definition w ON w.id = e.workflow_def ORDER BY e.id`,
  ],
  [
    'workflows that run, with what they have done so far',
    `SELECT to_jsonb(x) FROM workflow_execution x JOIN execution e ON e.id = x.execution WHERE e.status = 'running'`,
  ],
  [
    'the keys of actions and sensors',
    `SELECT to_jsonb(k), a.ref AS action, s.ref AS sensor FROM key k LEFT JOIN action a ON a.id = k.owner_action
       LEFT JOIN sensor s ON s.id = k.owner_sensor WHERE k.owner_type IN ('action', 'sensor') ORDER BY k.id`,
  ],
  [
    'ad-hoc triggers, actions and sensors',
    `SELECT to_jsonb(t) AS row FROM trigger t WHERE is_adhoc UNION ALL SELECT to_jsonb(t) FROM action t WHERE is_adhoc
     UNION ALL SELECT to_jsonb(t) FROM sensor t WHERE is_adhoc ORDER BY 1`,
  ],
  ['workflows of the web builder', `SELECT to_jsonb(w) FROM workflow_definition w WHERE ref = 'shop.built'`],
  [
    'rules that are neither ad-hoc nor in the files of the pack',
    `SELECT to_jsonb(r) FROM rule r WHERE ref = 'shop.other_rule'`,
  ],
  [
    'role assignments',
    `SELECT to_jsonb(a), s.ref FROM permission_assignment a JOIN permission_set s ON s.id = a.permset`,
  ],
  [
    'policies of other packs and of people',
    `SELECT p.id, p.action, p.threshold FROM policy p JOIN action a ON a.id = p.action ORDER BY 1`,
  ],
  ['queue statistics', `SELECT to_jsonb(q) FROM queue_stats q`],
  [
    'what was verified of runtime versions',
    `SELECT id, available, verified_at FROM runtime_version ORDER BY 1`,
    'ours',
  ],
  ['the history of pack tests', `SELECT to_jsonb(t) FROM pack_test_execution t`],
  ['the state of environments', `SELECT to_jsonb(e) FROM pack_environment e`, 'attune'],
  [
    'webhooks with their keys',
    `SELECT id, webhook_enabled, webhook_key, webhook_config FROM trigger WHERE webhook_key IS NOT NULL`,
  ],
  [
    'switches of triggers, sensors, rules and workflows',
    `SELECT ref, enabled FROM trigger UNION ALL SELECT ref, enabled FROM sensor UNION ALL SELECT ref, enabled FROM rule
     UNION ALL SELECT ref, enabled FROM workflow_definition ORDER BY 1`,
  ],
  ['the config of a pack', `SELECT config FROM pack WHERE ref = 'shop'`],
  [
    'who installed a pack, from where, and when it was made',
    `SELECT id, created, installed_by, source_type, source_url, storage_path FROM pack ORDER BY 1`,
  ],
  ['timeouts and retries', `SELECT timeout_seconds, max_retries FROM action WHERE ref = 'shop.ship'`],
  ['the runtimes of workers', `SELECT name, runtime FROM worker`, 'attune'],
  [
    'what history points at: executions, events and enforcements',
    `SELECT e.id, e.action FROM execution e UNION ALL SELECT id, trigger FROM event UNION ALL SELECT id, source FROM event
     UNION ALL SELECT id, rule FROM event UNION ALL SELECT id, rule FROM enforcement ORDER BY 1, 2`,
  ],
  ['the owners of keys as text', `SELECT ref, owner_type, owner, name FROM key ORDER BY 1`],
  [
    'ad-hoc rules, linked, with the time they were made',
    `SELECT id, created, enabled, action, trigger, is_adhoc FROM rule WHERE ref = 'shop.my_rule'`,
  ],
];

for (const like of ['ours', 'attune'] as const) {
  describe(`a reinstall of every pack keeps, in a database ${like === 'ours' ? 'of our own' : 'that Attune made'},`, () => {
    const rows: { before: Map<string, unknown[]>; after: Map<string, unknown[]>; ids: (readonly string[])[] } = {
      before: new Map(),
      after: new Map(),
      ids: [],
    };
    let fleet: Fleet;
    const tests = kept.filter(([, , only]) => only === undefined || only === like);
    const read = async (into: Map<string, unknown[]>) => {
      for (const [name, query] of tests) into.set(name, await fleet.sql(query));
      rows.ids.push(await allIds(fleet));
    };
    before(async () => {
      fleet = await install(like);
      await live(fleet, like);
      await read(rows.before);
      await reinstallAll(fleet);
      const { plan, result } = await fleet.apply();
      assert.equal(result.outcome, 'applied', JSON.stringify(result.packs));
      assert.deepEqual(
        plan.changes.map(({ ref, action }) => [ref, action]),
        [
          ['core', 'reinstall'],
          ['shop', 'reinstall'],
          ['desk', 'reinstall'],
        ],
      );
      await read(rows.after);
    });
    after(async () => {
      await fleet[Symbol.asyncDispose]();
    });

    for (const [name] of tests) {
      it(name, () => {
        assert.ok((rows.before.get(name) ?? []).length > 0, 'there is something to keep');
        assert.deepEqual(rows.after.get(name), rows.before.get(name));
      });
    }

    it('every id: what remembers one in text, in a message or in the environment of a process is right', () => {
      assert.deepEqual(rows.ids[1], rows.ids[0]);
    });

    it('files that people put beside those of the pack', async () => {
      const file = join(fleet.context.config.packStore.directory, builtWorkflow);
      assert.equal(await readFile(file, 'utf8'), 'ref: shop.built\n');
    });

    it('what its files say, and nothing else is to be done', async () => {
      const labels = await fleet.sql<{ label: string }>(
        `SELECT label FROM action WHERE pack_ref = 'shop' AND NOT is_adhoc`,
      );
      assert.ok(labels.every(({ label }) => label.endsWith('anew')));
      const plan = await fleet.plan();
      assert.deepEqual([plan.changes, plan.overrides], [[], []]);
    });
  });
}

describe('the copy of Attune’s own reinstall, with which the tests compare,', () => {
  it('is stopped by a key of the pack', async () => {
    await using fleet = await install('attune');
    await live(fleet, 'attune');
    await assert.rejects(reinstallAsAttune(fleet, 'shop'), /key_owner_pack_fkey/);
  });

  it('is stopped by an action of another pack on a runtime of the pack', async () => {
    await using fleet = await install('attune');
    await assert.rejects(reinstallAsAttune(fleet, 'core'), /action_runtime_fkey/);
  });

  it('loses keys, assignments, webhooks, switches, config, policies and what hangs on its triggers', async () => {
    await using fleet = await install('attune');
    await live(fleet, 'attune');
    await fleet.sql(`DELETE FROM key WHERE owner_type = 'pack'`);
    await reinstallAsAttune(fleet, 'shop');
    const [left] = await fleet.sql(
      `SELECT (SELECT count(*)::int FROM key WHERE owner_type IN ('action', 'sensor')) AS keys,
              (SELECT count(*)::int FROM permission_assignment) AS assignments,
              (SELECT count(*)::int FROM trigger WHERE webhook_key IS NOT NULL) AS webhooks,
              (SELECT count(*)::int FROM policy) AS policies,
              (SELECT count(*)::int FROM sensor WHERE ref IN ('desk.watch', 'shop.my_sensor')) AS sensors,
              (SELECT count(*)::int FROM execution WHERE is_workflow) AS workflows,
              (SELECT count(*)::int FROM pack WHERE config <> '{}' AND ref = 'shop') AS configs`,
    );
    assert.deepEqual(left, { keys: 0, assignments: 0, webhooks: 0, policies: 0, sensors: 0, workflows: 0, configs: 0 });
  });
});
