import { kindOf } from '../../src/packs/kinds.ts';
import { type Content, expectedRows } from './content.ts';
import { rowsOfContent } from './field-table.ts';
import type { Row, State } from './state.ts';
import { contentOf, memoryOf, packNames, type World, wantedContent } from './world.ts';

/** Whether what blocks a pack in a world that has come to rest is there. */
export function isJustified(world: World, pack: string, code: string, state: State): boolean {
  const content = wantedContent(world, pack);
  const wanted = expectedRows(pack, content);
  const own = new Set(wanted.map(({ kind, ref }) => `${kind} ${ref}`));
  const document = world.documents.get(pack) ?? null;
  const leaves = (name: string, owner: string | null) => document === null || (owner === pack && !own.has(name));
  const isUsed = [...state.rows.values()].some((row) =>
    kindOf(row.kind).links.some(({ column, kind }) => {
      const target = row.links[column];
      if (row.kind === 'rule' || target == null || target.split('.')[0] !== pack) return false;
      return leaves(`${kind} ${target}`, pack) && !(row.pack === pack && own.has(keyOf(row)) && document !== null);
    }),
  );
  switch (code) {
    case 'in-use':
      return isUsed;
    case 'unfinished-execution':
    case 'draining':
      return state.hung.some(
        ({ table, values }) =>
          table === 'execution' && values.status === 'running' && String(values.action_ref).startsWith(`${pack}.`),
      );
    case 'missing-reference':
      return wanted.some((row) =>
        kindOf(row.kind).links.some(({ column, kind }) => {
          const target = row.links[column];
          if ((row.kind !== 'sensor' && row.kind !== 'policy') || target == null) return false;
          const owner = target.split('.')[0] ?? '';
          return (
            !state.rows.has(`${kind} ${target}`) || (owner !== 'base' && isLeaving(world, owner, `${kind} ${target}`))
          );
        }),
      );
    case 'adhoc-component':
      return wanted.some(({ kind, ref }) => state.rows.get(`${kind} ${ref}`)?.values.is_adhoc === true);
    case 'emptied-pack':
      return isEmptied(world, pack, content);
    case 'dependency':
      return packNames.some(
        (other) =>
          other !== pack &&
          [contentOf(world, other), memoryOf(world, other).applied].some(
            (one) => one?.dependencies.includes(pack) === true,
          ),
      );
    case 'missing-dependency':
      return content.dependencies.some((other) => !state.packs.has(other));
    case 'breaks-dependent':
      return packNames.some(
        (other) =>
          other !== pack &&
          state.packs.has(other) &&
          memoryOf(world, other).applied?.dependencies.includes(pack) === true,
      );
    case 'cycle':
    case 'used-by-blocked':
      return true;
    default:
      return false;
  }
}

/** Whether this content takes all from a pack that was applied last, so that it is held back: none, or others for three or more. */
export function isEmptied(world: World, pack: string, content: Content): boolean {
  const { applied } = memoryOf(world, pack);
  const had = applied === null ? [] : rowsOfContent(pack, applied, world.like);
  const has = new Set(rowsOfContent(pack, content, world.like).map(({ kind, ref }) => `${kind} ${ref}`));
  if (had.some(({ kind, ref }) => has.has(`${kind} ${ref}`))) return false;
  return had.length >= (has.size === 0 ? 1 : 3);
}

function isLeaving(world: World, pack: string, name: string): boolean {
  const document = world.documents.get(pack) ?? null;
  return (
    document === null ||
    !expectedRows(pack, wantedContent(world, pack)).some(({ kind, ref }) => `${kind} ${ref}` === name)
  );
}

function keyOf({ kind, ref }: Row): string {
  return `${kind} ${ref}`;
}
