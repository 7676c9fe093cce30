import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';

export type Like = 'ours' | 'attune';

/** A pack that hangs on the others: on a runtime, a trigger and an action of theirs. */
export const deskFiles: Readonly<Record<string, string>> = {
  'actions/reply.yaml': 'ref: desk.reply\nlabel: Reply\nrunner_type: core.python\nentry_point: reply.py\n',
  'actions/reply.py': 'print("reply")\n',
  'sensors/watch.yaml':
    'ref: desk.watch\nlabel: Watch\nrunner_type: core.python\nentry_point: watch.py\ntrigger_types: [shop.ordered]\n',
  'sensors/watch.py': 'print("watch")\n',
  'rules/answer.yaml':
    'ref: desk.answer\nlabel: Answer\ntrigger_ref: shop.ordered\naction_ref: shop.ship\nenabled: true\n',
  'policies/slow.yaml': 'ref: desk.slow\nname: Slow\naction_ref: shop.ship\nmethod: cancel\nthreshold: 2\n',
};

export const shopConfig = 'conf_schema:\n  url: { type: string, default: "https://default" }\n';

/** A file that a person put beside those of the pack, below the pack store. */
export const builtWorkflow = 'shop/actions/workflows/built.workflow.yaml';

/** Three packs as installed. */
export async function install(like: Like): Promise<Fleet> {
  const fleet = await createFleet({ like });
  await fleet.writePack('core', coreFiles);
  await fleet.writePack('shop', shopFiles, { pack: shopConfig });
  await fleet.writePack('desk', deskFiles);
  const { result } = await fleet.apply();
  if (result.outcome !== 'applied') throw new Error(JSON.stringify(result.packs));
  return fleet;
}

/** What people make, set and cause around packs. */
export async function live(fleet: Fleet, like: Like): Promise<void> {
  for (const statement of people) await fleet.sql(statement);
  for (const statement of like === 'ours' ? onlyOurs : onlyAttunes) await fleet.sql(statement);
  const file = join(fleet.context.config.packStore.directory, builtWorkflow);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, 'ref: shop.built\n');
}

const people: readonly string[] = [
  `INSERT INTO identity (login) VALUES ('ada')`,
  `INSERT INTO key (ref, owner_type, owner_pack, owner_pack_ref, name, encrypted, value)
   SELECT 'k.pack', 'pack', id, ref, 'pack', FALSE, 'v1' FROM pack WHERE ref = 'shop'`,
  `INSERT INTO key (ref, owner_type, owner_action, owner_action_ref, name, encrypted, value)
   SELECT 'k.action', 'action', id, ref, 'action', FALSE, 'v2' FROM action WHERE ref = 'shop.ship'`,
  `INSERT INTO key (ref, owner_type, owner_sensor, owner_sensor_ref, name, encrypted, value)
   SELECT 'k.sensor', 'sensor', id, ref, 'sensor', FALSE, 'v3' FROM sensor WHERE ref = 'shop.orders'`,
  `INSERT INTO key (ref, owner_type, owner_identity, name, encrypted, value)
   SELECT 'k.identity', 'identity', id, 'identity', FALSE, 'v4' FROM identity WHERE login = 'ada'`,
  `INSERT INTO permission_assignment (identity, permset)
   SELECT i.id, s.id FROM identity i, permission_set s WHERE i.login = 'ada' AND s.ref = 'shop.clerk'`,
  `INSERT INTO trigger (ref, pack, pack_ref, label, is_adhoc) SELECT 'shop.my_trigger', id, ref, 'Mine', TRUE FROM pack WHERE ref = 'shop'`,
  `INSERT INTO action (ref, pack, pack_ref, label, description, entrypoint, is_adhoc, runtime)
   SELECT 'shop.my_action', p.id, p.ref, 'Mine', '', 'mine.py', TRUE, r.id FROM pack p, runtime r
    WHERE p.ref = 'shop' AND r.ref = 'core.python'`,
  `INSERT INTO sensor (ref, pack, pack_ref, label, description, entrypoint, runtime, runtime_ref, trigger, trigger_ref, enabled, is_adhoc)
   SELECT 'shop.my_sensor', p.id, p.ref, 'Mine', '', 'mine.py', r.id, r.ref, t.id, t.ref, TRUE, TRUE FROM pack p, runtime r, trigger t
    WHERE p.ref = 'shop' AND r.ref = 'core.python' AND t.ref = 'shop.ordered'`,
  ...['my_rule', 'other_rule'].map(
    (
      name,
    ) => `INSERT INTO rule (ref, pack, pack_ref, label, description, action, action_ref, trigger, trigger_ref, enabled, is_adhoc, created)
     SELECT 'shop.${name}', p.id, p.ref, 'Mine', '', a.id, a.ref, t.id, t.ref, TRUE, ${name === 'my_rule'}, '2020-01-01'
       FROM pack p, action a, trigger t WHERE p.ref = 'shop' AND a.ref = 'shop.ship' AND t.ref = 'shop.ordered'`,
  ),
  `INSERT INTO workflow_definition (ref, pack, pack_ref, label, version, definition)
   SELECT 'shop.built', id, ref, 'Built', '1.0.0', '{}' FROM pack WHERE ref = 'shop'`,
  `INSERT INTO policy (ref, action, action_ref, parameters, method, threshold, name, tags)
   SELECT 'mine.policy', id, ref, '{}', 'cancel', 9, 'Mine', '{}' FROM action WHERE ref = 'shop.ship'`,
  `INSERT INTO queue_stats (action_id, total_completed) SELECT id, 41 FROM action WHERE ref = 'shop.ship'`,
  `UPDATE trigger SET webhook_enabled = TRUE, webhook_key = 'wh_1', webhook_config = '{"a": 1}', enabled = FALSE WHERE ref = 'shop.ordered'`,
  `UPDATE rule SET enabled = FALSE WHERE ref = 'shop.ship_orders'`,
  `UPDATE sensor SET enabled = FALSE WHERE ref = 'shop.orders'`,
  `UPDATE workflow_definition SET enabled = FALSE WHERE ref = 'shop.fulfil'`,
  `UPDATE pack SET config = config || '{"url": "https://theirs", "mine": true}' WHERE ref = 'shop'`,
  `UPDATE action SET timeout_seconds = 5, max_retries = 3 WHERE ref = 'shop.ship'`,
  `INSERT INTO event (trigger, trigger_ref, source, source_ref, rule, rule_ref)
   SELECT t.id, t.ref, s.id, s.ref, r.id, r.ref FROM trigger t, sensor s, rule r
    WHERE t.ref = 'shop.ordered' AND s.ref = 'shop.orders' AND r.ref = 'shop.ship_orders'`,
  `INSERT INTO enforcement (rule, rule_ref, trigger_ref, event, payload)
   SELECT r.id, r.ref, r.trigger_ref, e.id, '{}' FROM rule r, event e WHERE r.ref = 'shop.ship_orders'`,
  `INSERT INTO execution (action, action_ref, enforcement, status) SELECT a.id, a.ref, e.id, 'completed'
     FROM action a, enforcement e WHERE a.ref = 'shop.ship'`,
  ...['completed', 'running'].flatMap((status) => [
    `INSERT INTO execution (action, action_ref, workflow_def, is_workflow, status)
     SELECT id, ref, workflow_def, TRUE, '${status}' FROM action WHERE ref = 'shop.fulfil'`,
    `INSERT INTO workflow_execution (execution, workflow_def, task_graph, status, current_tasks)
     SELECT e.id, e.workflow_def, '{}', '${status}', '{ship}' FROM execution e WHERE e.is_workflow AND e.status = '${status}'`,
  ]),
];

const inquiry = `INSERT INTO inquiry (execution, prompt) SELECT id, 'Sure' FROM execution WHERE is_workflow`;
const testResult = `INSERT INTO pack_test_execution
   (pack_id, pack_version, trigger_reason, total_tests, passed, failed, skipped, pass_rate, duration_ms, result)
   SELECT id, version, 'install', 1, 1, 0, 0, 1, 5, '{}' FROM pack WHERE ref = 'shop'`;
const onlyOurs: readonly string[] = [
  inquiry,
  testResult,
  `UPDATE runtime_version SET available = FALSE, verified_at = now()`,
];
const onlyAttunes: readonly string[] = [
  inquiry,
  testResult,
  `INSERT INTO worker (name, worker_type, runtime) SELECT 'w1', 'local', id FROM runtime WHERE ref = 'core.python'`,
  `INSERT INTO pack_environment (pack, pack_ref, runtime, runtime_ref, env_path, status)
   SELECT p.id, p.ref, r.id, r.ref, '/env', 'ready' FROM pack p, runtime r WHERE p.ref = 'shop' AND r.ref = 'core.python'`,
];

/** Other content of all three packs: every row and every file of code is written anew. */
export async function reinstallAll(fleet: Fleet): Promise<void> {
  const anew = (files: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(files).map(([path, text]) => [
        path,
        path.endsWith('.yaml') ? text.replace(/^(label|name): .*$/m, '$&, anew') : `${text}# anew\n`,
      ]),
    );
  await fleet.writePack('core', anew(coreFiles), { version: '2.0.0' });
  await fleet.writePack('shop', anew(shopFiles), { version: '2.0.0', pack: shopConfig });
  await fleet.writePack('desk', anew(deskFiles), { version: '2.0.0' });
}
