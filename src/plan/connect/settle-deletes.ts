import type { ComponentRow, InstalledPack } from '../../actual/actual.ts';
import { type Problem, problem } from '../../errors.ts';
import { compareRefs } from '../compare-refs.ts';
import { componentKey } from '../component-index.ts';
import type { ComponentChange, Note, PackChange } from '../plan.ts';
import type { Dependent } from './find-dependents.ts';

/** Every component change of the plan by `kind ref`, with its pack. */
export type Touched = ReadonlyMap<string, { readonly pack: string; readonly change: ComponentChange }>;

export interface SettledDeletes {
  readonly blocks: readonly Note[];
  readonly orphans: readonly Note[];
  /** Packs whose changes must come first, because they let go of what is deleted. */
  readonly after: readonly string[];
  readonly warnings: readonly Problem[];
}

/** What is known of the whole plan when the deletes of one pack are settled. */
export interface Surroundings {
  /** What links to components that leave, by `kind ref` of those. */
  readonly dependents: ReadonlyMap<string, readonly Dependent[]>;
  readonly touched: Touched;
  /** The packs each changing pack needs. */
  readonly needs: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * What deleting the components that left a pack does to other rows: a rule becomes an orphan, anything else that does
 * not let go before blocks the pack (design §5).
 */
export function settleDeletes(
  { ref: pack, components }: PackChange,
  surroundings: Surroundings,
  installed: InstalledPack | undefined,
): SettledDeletes {
  const blocks: Note[] = [];
  const orphans: Note[] = [];
  const after = new Set<string>();
  const warnings: Problem[] = [];
  for (const deleted of components.filter(({ op, id }) => op === 'delete' && id !== null)) {
    const name = componentKey(deleted);
    const { users, rules, first } = settleDependents(deleted, pack, surroundings);
    for (const other of first) after.add(other);
    if (users.length > 0) blocks.push(inUse(name, pack, users));
    if (rules.length > 0) orphans.push({ code: 'orphaned-rule', sentence: `lose the ${name}`, rows: rules });
    for (const { what, kind, ref, count } of installed?.attached ?? []) {
      if (kind !== deleted.kind || ref !== deleted.ref) continue;
      if (what === 'unfinished execution') blocks.push(unfinished(name, count));
      if (what === 'webhook key') warnings.push(preservedWebhook(name));
    }
  }
  return { blocks, orphans, after: [...after], warnings };
}

/** A pack that itself needs this one cannot let go before it. */
function settleDependents(deleted: ComponentChange, pack: string, { dependents, touched, needs }: Surroundings) {
  const users: ComponentRow[] = [];
  const rules: string[] = [];
  const first: string[] = [];
  for (const { row, column } of dependents.get(componentKey(deleted)) ?? []) {
    const other = touched.get(componentKey(row));
    const letGo = other !== undefined && letsGo(other.change, column, deleted.ref);
    if (row.kind === 'rule') {
      if (!letGo) rules.push(componentKey(row));
    } else if (!letGo || needs.get(other.pack)?.has(pack)) users.push(row);
    else if (other.pack !== pack) first.push(other.pack);
  }
  return { users, rules: rules.sort(compareRefs), first };
}

function letsGo({ op, links }: ComponentChange, column: string, ref: string): boolean {
  return op === 'delete' || (links[column] !== undefined && links[column].ref !== ref);
}

/** Users named in a sentence; a runtime that every pack needs has hundreds. */
const mostNamed = 3;

function inUse(name: string, pack: string, users: readonly ComponentRow[]): Note {
  const rows = users.map(componentKey).sort(compareRefs);
  const adhoc = new Set(users.filter((row) => row.adhoc).map(componentKey));
  const named = [...rows.filter((row) => adhoc.has(row)), ...rows.filter((row) => !adhoc.has(row))].map((row) =>
    adhoc.has(row) ? `ad-hoc ${row}` : row,
  );
  const hidden = named.length - mostNamed;
  const listed = hidden > 1 ? `${named.slice(0, mostNamed).join(', ')} and ${hidden} more` : named.join(', ');
  return { code: 'in-use', sentence: `${name} left ${pack}, but is in use by ${listed}`, rows };
}

function unfinished(name: string, count: number): Note {
  const executions = count === 1 ? '1 execution of it is' : `${count} executions of it are`;
  return {
    code: 'unfinished-execution',
    sentence: `${name} left the pack, but ${executions} unfinished`,
    rows: [name],
  };
}

function preservedWebhook(name: string): Problem {
  return problem(
    'warning',
    'webhook-preserved',
    `The webhook of ${name} goes with it: its callers are refused until the trigger returns, and then have their key again.`,
  );
}
