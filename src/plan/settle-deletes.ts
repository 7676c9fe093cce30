import type { InstalledPack } from '../actual/actual.ts';
import { type Problem, problem } from '../errors.ts';
import { compareRefs } from './compare-refs.ts';
import { componentKey } from './component-index.ts';
import type { Dependent } from './find-dependents.ts';
import type { ComponentChange, Note, PackChange } from './plan.ts';

/** Every component change of the plan by `kind ref`, with its pack. */
export type Touched = ReadonlyMap<string, { readonly pack: string; readonly change: ComponentChange }>;

export interface SettledDeletes {
  readonly blocks: readonly Note[];
  readonly orphans: readonly Note[];
  /** Packs whose changes must come first, because they let go of what is deleted. */
  readonly after: readonly string[];
  readonly warnings: readonly Problem[];
}

/**
 * What deleting the components that left a pack does to other rows: a rule becomes an orphan, anything else that is
 * not let go in this plan blocks the pack (design §5).
 */
export function settleDeletes(
  { ref: pack, components }: PackChange,
  dependents: ReadonlyMap<string, readonly Dependent[]>,
  touched: Touched,
  installed: InstalledPack | undefined,
): SettledDeletes {
  const blocks: Note[] = [];
  const orphans: Note[] = [];
  const after = new Set<string>();
  const warnings: Problem[] = [];
  for (const deleted of components.filter(({ op, id }) => op === 'delete' && id !== null)) {
    const name = componentKey(deleted);
    const users: string[] = [];
    const rules: string[] = [];
    for (const dependent of dependents.get(name) ?? []) {
      const key = componentKey(dependent.row);
      const other = touched.get(key);
      const letGo = other !== undefined && letsGo(other.change, dependent.column, deleted.ref);
      if (dependent.row.kind === 'rule') {
        if (!letGo) rules.push(key);
      } else if (!letGo) users.push(`${dependent.row.adhoc ? 'ad-hoc ' : ''}${key}`);
      else if (other.pack !== pack) after.add(other.pack);
    }
    if (users.length > 0) {
      const sentence = `${name} left ${pack}, but is in use by ${users.sort(compareRefs).join(', ')}`;
      blocks.push({ code: 'in-use', sentence, rows: users.map(withoutAdhoc) });
    }
    if (rules.length > 0) {
      orphans.push({ code: 'orphaned-rule', sentence: `lose the ${name}`, rows: rules.sort(compareRefs) });
    }
    const attached = (installed?.attached ?? []).filter(
      ({ kind, ref }) => kind === deleted.kind && ref === deleted.ref,
    );
    for (const { what, count } of attached) {
      if (what === 'unfinished execution') blocks.push(unfinished(name, count));
      if (what === 'webhook key') warnings.push(lostWebhookKey(name));
    }
  }
  return { blocks, orphans, after: [...after], warnings };
}

function letsGo({ op, links }: ComponentChange, column: string, ref: string): boolean {
  return op === 'delete' || (links[column] !== undefined && links[column].ref !== ref);
}

function withoutAdhoc(name: string): string {
  return name.replace(/^ad-hoc /, '');
}

function unfinished(name: string, count: number): Note {
  const executions = count === 1 ? '1 execution of it is' : `${count} executions of it are`;
  return {
    code: 'unfinished-execution',
    sentence: `${name} left the pack, but ${executions} unfinished`,
    rows: [name],
  };
}

function lostWebhookKey(name: string): Problem {
  return problem(
    'warning',
    'lost-webhook-key',
    `The webhook key of ${name} goes with it: its callers will be refused.`,
  );
}
