import { pick } from './author-edits.ts';
import { make, ordinary, rowsOf } from './make.ts';

export const key = make((world, choice, state) => {
  const owners = [
    ...[...state.packs].map(([ref, { id }]) => ({ kind: 'pack', ref, id })),
    ...ordinary(world, state, choice, 'action', 'sensor'),
  ];
  const owner = pick(owners, choice.one * 3 + choice.two);
  if (owner === undefined) return null;
  const name = `key${world.counter}`;
  return {
    sql: `INSERT INTO key (ref, owner_type, owner_${owner.kind}, owner_${owner.kind}_ref, name, encrypted, value)
          VALUES (?, '${owner.kind}', ?::bigint, ?, ?, FALSE, 'secret') RETURNING id`,
    values: [name, owner.id, owner.ref, name],
    thing: { type: 'hung', table: 'key', on: `${owner.kind} ${owner.ref}`, column: 'name', mark: name },
    say: `gives ${owner.kind} ${owner.ref} ${name}`,
  };
});

export const assignment = make((world, choice, state) => {
  const set = pick(ordinary(world, state, choice, 'permission_set'), choice.one);
  if (set === undefined) return null;
  const id = String(1000 + world.counter);
  return {
    sql: `WITH someone AS (INSERT INTO identity (id, login) VALUES (?::bigint, ?) RETURNING id)
          INSERT INTO permission_assignment (identity, permset) SELECT id, ?::bigint FROM someone RETURNING id`,
    values: [id, `someone${id}`, set.id],
    thing: {
      type: 'hung',
      table: 'permission_assignment',
      on: `permission_set ${set.ref}`,
      column: 'identity',
      mark: id,
    },
    say: `gives someone the role ${set.ref}`,
  };
});

export const queue = make((world, choice, state) => {
  const target = pick(ordinary(world, state, choice, 'action'), choice.one);
  if (target === undefined) return null;
  const on = `action ${target.ref}`;
  const known = state.hung.some((one) => one.table === 'queue_stats' && one.on === on);
  const aside = state.preserved.some(({ kind, ref }) => kind === 'queue_stats' && ref === target.ref);
  if (known || aside) return null;
  const mark = String(world.counter);
  return {
    sql: `INSERT INTO queue_stats (action_id, total_enqueued) VALUES (?::bigint, ?::bigint) RETURNING action_id AS id`,
    values: [target.id, mark],
    thing: { type: 'hung', table: 'queue_stats', on, column: 'total_enqueued', mark },
    say: `queues executions of ${target.ref}`,
  };
});

export const webhook = make((world, choice, state) => {
  const target = pick(
    ordinary(world, state, choice, 'trigger').filter(({ values }) => values.webhook_key === null),
    choice.one,
  );
  const aside = state.preserved.some(({ kind, ref }) => kind === 'webhook' && ref === target?.ref);
  if (target === undefined || aside) return null;
  const mark = `wh${world.counter}`;
  return {
    sql: `UPDATE trigger SET webhook_enabled = TRUE, webhook_key = ? WHERE id = ?::bigint RETURNING id`,
    values: [mark, target.id],
    thing: { type: 'hung', table: 'webhook', on: `trigger ${target.ref}`, column: 'webhook_key', mark },
    say: `opens the webhook of ${target.ref}`,
  };
});

export const execution = make((world, choice, state) => {
  const target = pick(ordinary(world, state, choice, 'action'), choice.one);
  if (target === undefined) return null;
  const status = choice.two % 3 === 0 ? 'running' : 'completed';
  return {
    sql: `INSERT INTO execution (action, action_ref, status, is_workflow, workflow_def)
          SELECT id, ref, '${status}', is_workflow, workflow_def FROM action WHERE id = ?::bigint RETURNING id`,
    values: [target.id],
    thing: { type: 'history', id: '', columns: { action_ref: target.ref, status } },
    say: `runs ${target.ref}: ${status}`,
  };
});

/** The tasks of an execution of a workflow that has none yet. */
export const tasks = make((_, choice, state) => {
  const known = new Set(
    state.hung.filter(({ table }) => table === 'workflow_execution').map(({ values }) => values.execution),
  );
  const aside = new Set(
    state.preserved
      .filter(({ kind }) => kind === 'workflow_execution')
      .map(({ value }) => (value as { execution: unknown }).execution),
  );
  const runs = state.hung.filter(
    ({ table, values }) =>
      table === 'execution' && values.workflow_def !== null && !known.has(values.id) && !aside.has(values.id),
  );
  const run = pick(runs, choice.one);
  const flow = rowsOf(state, 'workflow').find(({ id }) => id === String(run?.values.workflow_def));
  if (run === undefined || flow === undefined) return null;
  const mark = String(run.values.id);
  return {
    sql: `INSERT INTO workflow_execution (execution, workflow_def, task_graph, status) VALUES (?::bigint, ?::bigint, '{}', 'completed') RETURNING id`,
    values: [mark, flow.id],
    thing: { type: 'hung', table: 'workflow_execution', on: `workflow ${flow.ref}`, column: 'execution', mark },
    say: `sees tasks of ${flow.ref}`,
  };
});
