import { pick } from './author-edits.ts';
import { installed, make, newRef, ordinary, rowsOf } from './make.ts';
import { packNames, partNames } from './world.ts';

export const rule = make((world, choice, state) => {
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

export const trigger = make((world, choice, state) => {
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

export const action = make((world, choice, state) => {
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

export const sensor = make((world, choice, state) => {
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
export const drawn = make((world, choice, state) => {
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

export const version = make((world, choice, state) => {
  const runtime = pick(ordinary(world, state, choice, 'runtime'), choice.one);
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
