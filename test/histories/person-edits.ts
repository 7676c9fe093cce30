import type { KindName } from '../../src/packs/kinds.ts';
import { kindOf } from '../../src/packs/kinds.ts';
import { reinstallAsAttune } from '../support/attune-reinstall.ts';
import { type Choice, type Edit, packOf, pick } from './author-edits.ts';
import { type Row, readState, type State } from './state.ts';
import { locate, nameOf, type Thing } from './things.ts';
import { forgetDestroyed, packNames, partNames, type World } from './world.ts';

type Made = {
  readonly sql: string;
  readonly values: readonly (string | boolean | null)[];
  readonly thing: Thing;
  readonly say: string;
};

/** A person makes something; null where what it needs is not there. */
function make(describe: (world: World, choice: Choice, state: State) => Made | null): Edit {
  return async (world, choice) => {
    const state = await readState(world.fleet, world.like);
    world.counter++;
    const made = describe(world, choice, state);
    if (made === null) return null;
    const rows = await world.fleet.sql<{ id?: string }>(made.sql, made.values);
    if (rows.length === 0) return null;
    const { thing } = made;
    const id = String(rows[0]?.id);
    world.things = [...world.things, thing.type === 'history' ? { ...thing, id } : thing];
    return `person ${made.say}`;
  };
}

function installed(choice: Choice, state: State): string | undefined {
  return pick([...state.packs.keys()].filter((pack) => pack !== 'base').sort(), choice.pack);
}

/** Rarely a name that an author may take, too. */
function newRef(world: World, pack: string, { three }: Choice, kind: KindName, state: State): string | null {
  const name = three % 5 === 4 ? pick(partNames, three) : `mine${world.counter}`;
  const ref = `${pack}.${name}`;
  const aside = state.preserved.some((row) => row.kind === kind && row.ref === ref);
  return state.rows.has(`${kind} ${ref}`) || aside ? null : ref;
}

function rowsOf(state: State, ...kinds: readonly KindName[]): readonly Row[] {
  return [...state.rows.values()].filter(({ kind }) => kinds.includes(kind)).sort((a, b) => (a.ref < b.ref ? -1 : 1));
}

/** Rows of the pack that the choice is about, whoever made them, or of the others where it has none. */
function ordinary(state: State, choice: Choice, ...kinds: readonly KindName[]): readonly Row[] {
  const rows = rowsOf(state, ...kinds).filter(({ pack }) => pack !== 'base');
  const own = rows.filter(({ pack }) => pack === packOf(choice));
  return own.length > 0 ? own : rows;
}

const rule = make((world, choice, state) => {
  const pack = installed(choice, state);
  const ref = pack === undefined ? null : newRef(world, pack, choice, 'rule', state);
  if (pack === undefined || ref === null) return null;
  const any = packNames.flatMap((other) => partNames.map((name) => `${other}.${name}`));
  const action = pick([...rowsOf(state, 'action').map((row) => row.ref), ...any], choice.one) ?? 'aa.x';
  const trigger = pick([...rowsOf(state, 'trigger').map((row) => row.ref), ...any], choice.two) ?? 'aa.x';
  return {
    sql: `INSERT INTO rule (ref, pack, pack_ref, label, description, action, action_ref, trigger, trigger_ref, enabled, is_adhoc)
          SELECT ?, p.id, p.ref, 'mine', '', (SELECT id FROM action WHERE ref = ?), ?, (SELECT id FROM trigger WHERE ref = ?), ?, TRUE, TRUE
            FROM pack p WHERE p.ref = ? RETURNING id`,
    values: [ref, action, action, trigger, trigger, pack],
    thing: {
      type: 'row',
      kind: 'rule',
      ref,
      pack,
      columns: {
        label: 'mine',
        enabled: true,
        is_adhoc: true,
        action_ref: action,
        trigger_ref: trigger,
        pack_ref: pack,
      },
      links: {},
    },
    say: `makes ad-hoc rule ${ref}: ${action} by ${trigger}`,
  };
});

const trigger = make((world, choice, state) => {
  const pack = installed(choice, state);
  const ref = pack === undefined ? null : newRef(world, pack, choice, 'trigger', state);
  if (pack === undefined || ref === null) return null;
  return {
    sql: `INSERT INTO trigger (ref, pack, pack_ref, label, is_adhoc) SELECT ?, id, ref, 'mine', TRUE FROM pack WHERE ref = ? RETURNING id`,
    values: [ref, pack],
    thing: {
      type: 'row',
      kind: 'trigger',
      ref,
      pack,
      columns: { label: 'mine', enabled: true, is_adhoc: true, pack_ref: pack },
      links: {},
    },
    say: `makes ad-hoc trigger ${ref}`,
  };
});

const action = make((world, choice, state) => {
  const pack = installed(choice, state);
  const ref = pack === undefined ? null : newRef(world, pack, choice, 'action', state);
  const runtime = pick(rowsOf(state, 'runtime'), choice.one);
  if (pack === undefined || ref === null || runtime === undefined) return null;
  return {
    sql: `INSERT INTO action (ref, pack, pack_ref, label, description, entrypoint, runtime, is_adhoc)
          SELECT ?, id, ref, 'mine', '', 'x', ?::bigint, TRUE FROM pack WHERE ref = ? RETURNING id`,
    values: [ref, runtime.id, pack],
    thing: {
      type: 'row',
      kind: 'action',
      ref,
      pack,
      columns: { label: 'mine', is_adhoc: true, pack_ref: pack },
      links: { runtime: runtime.ref },
    },
    say: `makes ad-hoc action ${ref} on ${runtime.ref}`,
  };
});

const sensor = make((world, choice, state) => {
  const pack = installed(choice, state);
  const ref = pack === undefined ? null : newRef(world, pack, choice, 'sensor', state);
  const runtime = pick(rowsOf(state, 'runtime'), choice.one);
  const by = pick(rowsOf(state, 'trigger'), choice.two);
  if (pack === undefined || ref === null || runtime === undefined || by === undefined) return null;
  return {
    sql: `INSERT INTO sensor (ref, pack, pack_ref, label, description, entrypoint, runtime, runtime_ref, trigger, trigger_ref, enabled, is_adhoc)
          SELECT ?, id, ref, 'mine', '', 'x', ?::bigint, ?, ?::bigint, ?, TRUE, TRUE FROM pack WHERE ref = ? RETURNING id`,
    values: [ref, runtime.id, runtime.ref, by.id, by.ref, pack],
    thing: {
      type: 'row',
      kind: 'sensor',
      ref,
      pack,
      columns: { label: 'mine', enabled: true, is_adhoc: true, pack_ref: pack },
      links: { runtime: runtime.ref, trigger: by.ref },
    },
    say: `makes ad-hoc sensor ${ref} on ${runtime.ref} by ${by.ref}`,
  };
});

/** What has no mark of being ad-hoc. */
const drawn = make((world, choice, state) => {
  const pack = installed(choice, state);
  if (pack === undefined) return null;
  const ref = `${pack}.mine${world.counter}`;
  const target = pick(rowsOf(state, 'action'), choice.two);
  const kind = pick(['workflow', 'permission_set', 'policy'] as const, choice.one) ?? 'workflow';
  if (kind === 'policy' && target === undefined) return null;
  const of = 'FROM pack WHERE ref = ? RETURNING id';
  const sql = {
    workflow: `INSERT INTO workflow_definition (ref, pack, pack_ref, label, version, definition) SELECT ?, id, ref, 'mine', '1.0.0', '{}' ${of}`,
    permission_set: `INSERT INTO permission_set (ref, pack, pack_ref, label) SELECT ?, id, ref, 'mine' ${of}`,
    policy: `INSERT INTO policy (ref, pack, pack_ref, action, action_ref, parameters, method, threshold, name, tags)
             SELECT ?, id, ref, ?::bigint, ?, '{}', 'enqueue', 2, 'mine', '{}' ${of}`,
  }[kind];
  const isPolicy = kind === 'policy';
  return {
    sql,
    values: isPolicy ? [ref, target?.id ?? null, target?.ref ?? null, pack] : [ref, pack],
    thing: {
      type: 'row',
      kind,
      ref,
      pack,
      columns: { [isPolicy ? 'name' : 'label']: 'mine', pack_ref: pack },
      links: isPolicy ? { action: target?.ref ?? null } : {},
    },
    say: `draws ${kind} ${ref}${isPolicy ? ` of ${target?.ref}` : ''}`,
  };
});

const version = make((world, choice, state) => {
  const runtime = pick(ordinary(state, choice, 'runtime'), choice.one);
  if (world.like === 'attune' || runtime === undefined) return null;
  const text = `9.${world.counter}.0`;
  const pack = runtime.pack ?? '';
  return {
    sql: `INSERT INTO runtime_version (runtime, runtime_ref, version) VALUES (?::bigint, ?, ?) RETURNING id`,
    values: [runtime.id, runtime.ref, text],
    thing: {
      type: 'row',
      kind: 'runtime_version',
      ref: `${runtime.ref}@${text}`,
      pack,
      columns: { version: text },
      links: { runtime: runtime.ref },
    },
    say: `adds version ${text} to runtime ${runtime.ref}`,
  };
});

const key = make((world, choice, state) => {
  const owners = [
    ...[...state.packs].map(([ref, { id }]) => ({ kind: 'pack', ref, id })),
    ...ordinary(state, choice, 'action', 'sensor'),
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

const assignment = make((world, choice, state) => {
  const set = pick(ordinary(state, choice, 'permission_set'), choice.one);
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

const queue = make((world, choice, state) => {
  const target = pick(ordinary(state, choice, 'action'), choice.one);
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

const webhook = make((world, choice, state) => {
  const target = pick(
    ordinary(state, choice, 'trigger').filter(({ values }) => values.webhook_key === null),
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

const execution = make((_, choice, state) => {
  const target = pick(ordinary(state, choice, 'action'), choice.one);
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
const tasks = make((_, choice, state) => {
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

const finish: Edit = async (world) => {
  const rows = await world.fleet.sql(`UPDATE execution SET status = 'completed' WHERE status = 'running' RETURNING id`);
  if (rows.length === 0) return null;
  world.things = world.things.map((thing) =>
    thing.type === 'history' ? { ...thing, columns: { ...thing.columns, status: 'completed' } } : thing,
  );
  return `${rows.length} executions end`;
};

const switchable = ['trigger', 'sensor', 'rule', 'workflow'] as const;

/** Changes one column of a row, a person's own or a pack's. */
function change(
  kinds: readonly KindName[],
  describe: (row: Row, choice: Choice) => readonly [string, string | boolean],
): Edit {
  return async (world, choice) => {
    const state = await readState(world.fleet, world.like);
    const row = pick(ordinary(state, choice, ...kinds), choice.one);
    if (row === undefined) return null;
    const [column, value] = describe(row, choice);
    if (row.values[column] === value) return null;
    await world.fleet.sql(`UPDATE ${kindOf(row.kind).table} SET ${column} = ? WHERE id = ?::bigint`, [value, row.id]);
    world.things = world.things.map((thing) =>
      isMeant(thing, row, state) && thing.type === 'row'
        ? { ...thing, columns: column in thing.columns ? { ...thing.columns, [column]: value } : thing.columns }
        : thing,
    );
    return `person sets ${column} of ${row.kind} ${row.ref} to ${value}`;
  };
}

/** The row is that thing, and not another in the place of one that was set aside. */
function isMeant(thing: Thing, row: Row, state: State): boolean {
  return thing.type === 'row' && nameOf(thing) === `${row.kind} ${row.ref}` && locate(thing, state) === 'place';
}

const deleteRow: Edit = async (world, choice) => {
  const state = await readState(world.fleet, world.like);
  const kinds: readonly KindName[] = ['action', 'rule', 'sensor', 'trigger', 'workflow', 'permission_set', 'policy'];
  const row = pick(ordinary(state, choice, ...kinds), choice.one);
  if (row === undefined) return null;
  await world.fleet.sql(`DELETE FROM ${kindOf(row.kind).table} WHERE id = ?::bigint`, [row.id]);
  world.things = world.things.filter((thing) => !isMeant(thing, row, state));
  await forgetDestroyed(world);
  return `person deletes ${row.kind} ${row.ref}`;
};

const configure: Edit = async (world, choice) => {
  const state = await readState(world.fleet, world.like);
  const pack = installed(choice, state);
  if (pack === undefined) return null;
  const name = pick(['url', 'token', 'own'], choice.one) ?? 'url';
  const value = pick(['a', 'p', 'q', null], choice.two) ?? null;
  if ((state.packs.get(pack)?.config[name] ?? null) === value) return null;
  if (value === null) await world.fleet.sql('UPDATE pack SET config = config - ? WHERE ref = ?', [name, pack]);
  else
    await world.fleet.sql('UPDATE pack SET config = config || jsonb_build_object(?::text, ?::text) WHERE ref = ?', [
      name,
      value,
      pack,
    ]);
  return value === null
    ? `person takes ${name} out of the config of ${pack}`
    : `person sets ${name} of ${pack} to ${value}`;
};

/** Attune refuses where keys or other packs stand in the way. */
function destructive(work: (world: World, pack: string) => Promise<unknown>, say: string): Edit {
  return async (world, choice) => {
    const state = await readState(world.fleet, world.like);
    const pack = packOf(choice);
    if (!state.packs.has(pack)) return null;
    try {
      await work(world, pack);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === '23503') return null;
      throw error;
    }
    await forgetDestroyed(world);
    return `${say} ${pack}`;
  };
}

/** What people do in Attune. */
export const personEdits: Readonly<Record<string, Edit>> = {
  rule,
  anotherRule: rule,
  trigger,
  action,
  sensor,
  drawn,
  version,
  key,
  anotherKey: key,
  assignment,
  queue,
  webhook,
  execution,
  workflowTasks: tasks,
  finish,
  finishAgain: finish,
  toggle: change(switchable, (row) => ['enabled', row.values.enabled !== true]),
  toggleAnother: change(switchable, (row) => ['enabled', row.values.enabled !== true]),
  label: change(['action', 'trigger', 'sensor', 'rule', 'permission_set', 'workflow'], (_, { two }) => [
    'label',
    pick(['theirs', 'one'], two) ?? 'theirs',
  ]),
  deleteRow,
  configure,
  configureAgain: configure,
  attuneReinstalls: destructive(
    (world, pack) => reinstallAsAttune(world.fleet, pack),
    "Attune's own installer reinstalls",
  ),
  attuneUninstalls: destructive(
    (world, pack) => world.fleet.sql('DELETE FROM pack WHERE ref = ?', [pack]),
    'Attune uninstalls',
  ),
};
