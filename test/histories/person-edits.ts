import { realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type KindName, kindOf } from '../../src/packs/kinds.ts';
import { reinstallAsAttune } from '../support/attune-reinstall.ts';
import { type Choice, type Edit, packOf, pick } from './author-edits.ts';
import { installed, ordinary } from './make.ts';
import { assignment, execution, key, queue, tasks, webhook } from './make-hung.ts';
import { action, drawn, rule, sensor, trigger, version } from './make-rows.ts';
import { type Row, readState, type State } from './state.ts';
import { locate, nameOf, type Thing } from './things.ts';
import { forgetDestroyed, type World } from './world.ts';

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
    const row = pick(ordinary(world, state, choice, ...kinds), choice.one);
    if (row === undefined) return null;
    world.focus = row.ref;
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
  const row = pick(ordinary(world, state, choice, ...kinds), choice.one);
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

const spoil: Edit = async (world, choice) => {
  const pack = packOf(choice);
  const link = join(world.fleet.context.config.packStore.directory, pack, '.made');
  const place = await realpath(link).catch(() => null);
  if (place === null) return null;
  const isLink = choice.two % 2 === 0;
  await rm(isLink ? link : place, { recursive: true });
  return `person deletes ${isLink ? `the link of ${pack} to its environment` : `the environment of ${pack}`}`;
};

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
  spoil,
  spoilAnother: spoil,
  spoilAgain: spoil,
  attuneReinstalls: destructive(
    (world, pack) => reinstallAsAttune(world.fleet, pack),
    "Attune's own installer reinstalls",
  ),
  attuneUninstalls: destructive(
    (world, pack) => world.fleet.sql('DELETE FROM pack WHERE ref = ?', [pack]),
    'Attune uninstalls',
  ),
};
