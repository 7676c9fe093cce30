import type { Fleet } from './fleet.ts';

/**
 * What people make around the packs core and shop of `example-packs.ts`: a thing of every kind, in the pack itself and
 * in another, and what hangs on them, and history.
 */
export async function makePeoplesThings(fleet: Fleet): Promise<void> {
  for (const statement of statements) await fleet.sql(statement);
  const [found] = await fleet.sql<{ table: string | null }>(`SELECT to_regclass('pack_test_execution')::text AS table`);
  if (found?.table == null) return;
  await fleet.sql(
    `INSERT INTO pack_test_execution (pack_id, pack_version, trigger_reason, total_tests, passed, failed, skipped, pass_rate, duration_ms, result)
     SELECT id, version, 'manual', 1, 1, 0, 0, 1, 5, '{}' FROM pack WHERE ref = 'shop'`,
  );
}

/** All of it, by what it leads to instead of by ids, as sorted lines: equal where nothing is lost. */
export async function peoplesThings(fleet: Fleet): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const query of queries) lines.push(...(await fleet.sql<{ line: string }>(query)).map(({ line }) => line));
  const [found] = await fleet.sql<{ table: string | null }>(`SELECT to_regclass('pack_test_execution')::text AS table`);
  if (found?.table != null) {
    const rows = await fleet.sql<{ line: string }>(
      `SELECT 'tests ' || p.ref || (to_jsonb(x) - ARRAY['id', 'pack_id'])::text AS line FROM pack_test_execution x JOIN pack p ON p.id = x.pack_id`,
    );
    lines.push(...rows.map(({ line }) => line));
  }
  return lines.sort();
}

/** Executions, events and enforcements by the refs they hold as text. */
export async function history(fleet: Fleet): Promise<readonly string[]> {
  const rows = await fleet.sql<{ line: string }>(
    `SELECT 'execution ' || action_ref || ' ' || status || ' ' || coalesce(result::text, '') AS line FROM execution
     UNION ALL SELECT 'event ' || trigger_ref || ' ' || coalesce(source_ref, '') || ' ' || coalesce(payload::text, '') FROM event
     UNION ALL SELECT 'enforcement ' || rule_ref || ' ' || trigger_ref || ' ' || payload::text FROM enforcement
     UNION ALL SELECT 'inquiry ' || prompt FROM inquiry`,
  );
  return rows.map(({ line }) => line).sort();
}

const idOf = (table: string, ref: string) => `(SELECT id FROM ${table} WHERE ref = '${ref}')`;
const shop = idOf('pack', 'shop');

const statements: readonly string[] = [
  `INSERT INTO identity (login) VALUES ('ada')`,
  `INSERT INTO trigger (ref, pack, pack_ref, label, is_adhoc, webhook_enabled, webhook_key, webhook_config)
   VALUES ('shop.mine', ${shop}, 'shop', 'Mine', TRUE, TRUE, 'wh_mine', '{"a": 1}')`,
  `INSERT INTO workflow_definition (ref, pack, pack_ref, label, version, definition)
   VALUES ('shop.drawn', ${shop}, 'shop', 'Drawn', '1.0.0', '{"tasks": []}')`,
  `INSERT INTO action (ref, pack, pack_ref, label, description, entrypoint, runtime, is_adhoc)
   VALUES ('shop.mine', ${shop}, 'shop', 'Mine', 'by hand', 'mine.py', ${idOf('runtime', 'core.python')}, TRUE)`,
  `INSERT INTO action (ref, pack, pack_ref, label, description, entrypoint, is_workflow, workflow_def, is_adhoc)
   VALUES ('shop.drawn', ${shop}, 'shop', 'Drawn', 'by hand', 'drawn', TRUE, ${idOf('workflow_definition', 'shop.drawn')}, TRUE)`,
  `INSERT INTO sensor (ref, pack, pack_ref, label, description, entrypoint, runtime, runtime_ref, trigger, trigger_ref, enabled, is_adhoc)
   VALUES ('shop.mine', ${shop}, 'shop', 'Mine', 'by hand', 'mine.py', ${idOf('runtime', 'core.python')}, 'core.python',
           ${idOf('trigger', 'shop.mine')}, 'shop.mine', FALSE, TRUE)`,
  `INSERT INTO rule (ref, pack, pack_ref, label, description, action, action_ref, trigger, trigger_ref, enabled, is_adhoc, action_params)
   VALUES ('shop.mine', ${shop}, 'shop', 'Mine', '', ${idOf('action', 'shop.mine')}, 'shop.mine',
           ${idOf('trigger', 'shop.ordered')}, 'shop.ordered', FALSE, TRUE, '{"token": "canary-rule"}')`,
  `INSERT INTO rule (ref, pack, pack_ref, label, description, action, action_ref, trigger, trigger_ref, enabled, is_adhoc)
   VALUES ('shop.orphan', ${shop}, 'shop', 'Orphan', '', NULL, 'nobody.there', ${idOf('trigger', 'core.timer')}, 'core.timer', TRUE, TRUE)`,
  `INSERT INTO rule (ref, pack, pack_ref, label, description, action, action_ref, trigger, trigger_ref, enabled, is_adhoc)
   VALUES ('core.ships', ${idOf('pack', 'core')}, 'core', 'Ships', '', ${idOf('action', 'shop.ship')}, 'shop.ship',
           ${idOf('trigger', 'core.timer')}, 'core.timer', TRUE, TRUE)`,
  `INSERT INTO policy (ref, pack, pack_ref, action, action_ref, parameters, method, threshold, name, tags)
   VALUES ('shop.mine', ${shop}, 'shop', ${idOf('action', 'shop.mine')}, 'shop.mine', '{}', 'enqueue', 2, 'Mine', '{}')`,
  `INSERT INTO permission_set (ref, pack, pack_ref, label) VALUES ('shop.mine', ${shop}, 'shop', 'Mine')`,
  `INSERT INTO permission_assignment (identity, permset)
   SELECT i.id, s.id FROM identity i, permission_set s WHERE i.login = 'ada' AND s.ref IN ('shop.clerk', 'shop.mine')`,
  `INSERT INTO key (ref, owner_type, owner_pack, owner_pack_ref, name, encrypted, value)
   VALUES ('shop.token', 'pack', ${shop}, 'shop', 'token', FALSE, 'canary-pack')`,
  `INSERT INTO key (ref, owner_type, owner_action, owner_action_ref, name, encrypted, value)
   VALUES ('shop.ship.token', 'action', ${idOf('action', 'shop.ship')}, 'shop.ship', 'token', TRUE, 'canary-action'),
          ('shop.mine.token', 'action', ${idOf('action', 'shop.mine')}, 'shop.mine', 'token', FALSE, 'canary-mine')`,
  `INSERT INTO key (ref, owner_type, owner_sensor, owner_sensor_ref, name, encrypted, value)
   VALUES ('shop.orders.token', 'sensor', ${idOf('sensor', 'shop.orders')}, 'shop.orders', 'token', FALSE, 'canary-sensor')`,
  `INSERT INTO queue_stats (action_id, total_enqueued, total_completed) VALUES (${idOf('action', 'shop.ship')}, 7, 6)`,
  `UPDATE trigger SET webhook_enabled = TRUE, webhook_key = 'wh_ordered' WHERE ref = 'shop.ordered'`,
  `UPDATE sensor SET enabled = FALSE WHERE ref = 'shop.orders'`,
  `UPDATE action SET timeout_seconds = 30, max_retries = 2 WHERE ref = 'shop.ship'`,
  `UPDATE pack SET config = config || '{"greeting": "Servus", "password": "canary-config"}' WHERE ref = 'shop'`,
  `INSERT INTO execution (action, action_ref, status, result) VALUES (${idOf('action', 'shop.ship')}, 'shop.ship', 'completed', '{"ok": true}')`,
  `INSERT INTO execution (action, action_ref, status, is_workflow, workflow_def)
   VALUES (${idOf('action', 'shop.fulfil')}, 'shop.fulfil', 'failed', TRUE, ${idOf('workflow_definition', 'shop.fulfil')})`,
  `INSERT INTO workflow_execution (execution, workflow_def, completed_tasks, task_graph, status)
   SELECT id, workflow_def, '{ship}', '{}', 'failed' FROM execution WHERE workflow_def IS NOT NULL`,
  `INSERT INTO inquiry (execution, prompt) SELECT id, 'Really' FROM execution WHERE workflow_def IS NOT NULL`,
  `INSERT INTO event (trigger, trigger_ref, payload, source, source_ref)
   VALUES (${idOf('trigger', 'shop.ordered')}, 'shop.ordered', '{"id": 1}', ${idOf('sensor', 'shop.orders')}, 'shop.orders')`,
  `INSERT INTO enforcement (rule, rule_ref, trigger_ref, event, payload)
   SELECT ${idOf('rule', 'shop.ship_orders')}, 'shop.ship_orders', 'shop.ordered', id, '{}' FROM event`,
];

const adhoc = (table: string, links: readonly (readonly [string, string])[]) =>
  `SELECT '${table} ' || (to_jsonb(t) - ARRAY['id', 'pack', 'updated'${links.map(([column]) => `, '${column}'`).join('')}])::text
          ${links.map(([column, target]) => `|| ' ${column} ' || coalesce((SELECT l.ref FROM ${target} l WHERE l.id = t.${column}), '-')`).join('')} AS line
     FROM ${table} t WHERE ref IN ('shop.mine', 'shop.drawn', 'shop.orphan', 'core.ships')`;

const queries: readonly string[] = [
  adhoc('trigger', []),
  adhoc('workflow_definition', []),
  adhoc('action', [
    ['runtime', 'runtime'],
    ['workflow_def', 'workflow_definition'],
  ]),
  adhoc('sensor', [
    ['runtime', 'runtime'],
    ['trigger', 'trigger'],
  ]),
  adhoc('rule', [
    ['action', 'action'],
    ['trigger', 'trigger'],
  ]),
  adhoc('policy', [['action', 'action']]),
  adhoc('permission_set', []),
  `SELECT 'key ' || k.ref || ' ' || k.name || ' ' || k.value || ' ' || k.encrypted || ' ' || k.created || ' '
          || coalesce((SELECT 'pack ' || o.ref FROM pack o WHERE o.id = k.owner_pack AND o.id::text = k.owner),
                      (SELECT 'action ' || o.ref FROM action o WHERE o.id = k.owner_action AND o.id::text = k.owner),
                      (SELECT 'sensor ' || o.ref FROM sensor o WHERE o.id = k.owner_sensor AND o.id::text = k.owner), '-') AS line
     FROM key k`,
  `SELECT 'assignment ' || i.login || ' ' || s.ref || ' ' || a.created AS line
     FROM permission_assignment a JOIN identity i ON i.id = a.identity JOIN permission_set s ON s.id = a.permset`,
  `SELECT 'queue ' || a.ref || ' ' || q.total_enqueued || ' ' || q.total_completed AS line FROM queue_stats q JOIN action a ON a.id = q.action_id`,
  `SELECT 'webhook ' || ref || ' ' || webhook_enabled || ' ' || coalesce(webhook_key, '-') AS line FROM trigger WHERE webhook_key IS NOT NULL`,
  `SELECT 'settings ' || ref || ' ' || timeout_seconds || ' ' || max_retries AS line FROM action WHERE timeout_seconds IS NOT NULL`,
  `SELECT 'switch ' || ref || ' ' || enabled AS line FROM sensor`,
  `SELECT 'config ' || ref || ' ' || config::text || ' ' || created AS line FROM pack WHERE ref = 'shop'`,
  `SELECT 'tasks ' || w.ref || ' ' || x.completed_tasks::text || ' ' || e.action_ref AS line
     FROM workflow_execution x JOIN workflow_definition w ON w.id = x.workflow_def JOIN execution e ON e.id = x.execution`,
];
