import type { FieldChange } from '../plan.ts';

/** Everything that has a say in a switch (design §5); undefined where it says nothing. */
export interface SwitchSides {
  readonly document: boolean | undefined;
  /** What a person set earlier, as recorded. */
  readonly override: boolean | undefined;
  /** The pack's default. */
  readonly content: boolean;
  /** What we last wrote or saw. */
  readonly last: boolean | undefined;
  /** The row's value; undefined where the row is created. */
  readonly actual: boolean | undefined;
  /** Another made the row anew since we wrote it: its value is no person's wish. */
  readonly remade: boolean;
}

export interface SwitchDecision {
  /** The value the switch should have. */
  readonly value: boolean;
  /** A person switched it: the override to record. */
  readonly record?: boolean;
  /** The document decides: the recorded override ends. */
  readonly ends?: boolean;
  /** What to write, where the row has another value. */
  readonly field?: FieldChange;
}

/** The document's value wins, else what a person set, else the pack's default. */
export function decideSwitch(sides: SwitchSides): SwitchDecision {
  const { document, override, actual } = sides;
  if (document !== undefined) {
    return { ...settle(sides, document), ...(override === undefined ? {} : { ends: true }) };
  }
  if (actual !== undefined && isPersons(sides, actual)) return { value: actual, record: actual };
  return settle(sides, override ?? sides.content);
}

/**
 * A person set the value of the row: it differs from the override, or from what we last wrote or saw. A row that was
 * never recorded keeps its value too; it is an override only where it differs from the default.
 */
function isPersons({ override, last, content, remade }: SwitchSides, actual: boolean): boolean {
  if (override !== undefined) return !remade && actual !== override;
  if (last === undefined || remade) return actual !== content;
  return actual !== last;
}

function settle({ actual, last }: SwitchSides, value: boolean): SwitchDecision {
  if (actual === undefined || actual === value) return { value };
  const why = last === value ? 'drifted' : 'changed';
  return { value, field: { field: 'enabled', before: actual, after: value, why } };
}
