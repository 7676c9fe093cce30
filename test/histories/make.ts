import type { KindName } from '../../src/packs/kinds.ts';
import { type Choice, type Edit, packOf, pick } from './author-edits.ts';
import { type Row, readState, type State } from './state.ts';
import type { Thing } from './things.ts';
import { partNames, type World } from './world.ts';

type Made = {
  readonly sql: string;
  readonly values: readonly (string | boolean | null)[];
  readonly thing: Thing;
  readonly say: string;
};

/** A person makes something; null where what it needs is not there. */
export function make(describe: (world: World, choice: Choice, state: State) => Made | null): Edit {
  return async (world, choice) => {
    const state = await readState(world.fleet, world.like);
    world.counter++;
    const made = describe(world, choice, state);
    if (made === null) return null;
    if (made.thing.type === 'hung') world.focus = made.thing.on.split(' ')[1] ?? null;
    const rows = await world.fleet.sql<{ id?: string }>(made.sql, made.values);
    if (rows.length === 0) return null;
    const { thing } = made;
    const id = String(rows[0]?.id);
    world.things = [...world.things, thing.type === 'history' ? { ...thing, id } : thing];
    return `person ${made.say}`;
  };
}

export function installed(choice: Choice, state: State): string | undefined {
  return pick([...state.packs.keys()].filter((pack) => pack !== 'base').sort(), choice.pack);
}

/** Rarely a name that an author may take, too. */
export function newRef(world: World, pack: string, { three }: Choice, kind: KindName, state: State): string | null {
  const name = three % 5 === 4 ? pick(partNames, three) : `mine${world.counter}`;
  const ref = `${pack}.${name}`;
  const aside = state.preserved.some((row) => row.kind === kind && row.ref === ref);
  return state.rows.has(`${kind} ${ref}`) || aside ? null : ref;
}

export function rowsOf(state: State, ...kinds: readonly KindName[]): readonly Row[] {
  return [...state.rows.values()].filter(({ kind }) => kinds.includes(kind)).sort((a, b) => (a.ref < b.ref ? -1 : 1));
}

/** Rows of the pack that the choice is about, whoever made them, or of the others where it has none. */
export function ordinary(world: World, state: State, choice: Choice, ...kinds: readonly KindName[]): readonly Row[] {
  const rows = rowsOf(state, ...kinds).filter(({ pack }) => pack !== 'base');
  const same = rows.filter(({ ref }) => choice.three % 2 === 1 && ref === world.focus);
  if (same.length > 0) return same;
  const own = rows.filter(({ pack }) => pack === packOf(choice));
  return own.length > 0 ? own : rows;
}
