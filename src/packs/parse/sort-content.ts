import type { Problem } from '../../errors.ts';
import type { Component } from '../content.ts';
import { kinds } from '../kinds.ts';

const order: ReadonlyMap<string, number> = new Map(kinds.map(({ name }, index) => [name, index]));

/** In the order of `kinds`, then by ref. */
export function sortComponents(components: readonly Component[]): readonly Component[] {
  return components.toSorted(
    (one, other) => (order.get(one.kind) ?? 0) - (order.get(other.kind) ?? 0) || compare(one.ref, other.ref),
  );
}

/** By file, line and column; those of one place stay as they were found. */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted(
    ({ where: one }, { where: other }) =>
      compare(one?.file ?? '', other?.file ?? '') ||
      (one?.line ?? 0) - (other?.line ?? 0) ||
      (one?.column ?? 0) - (other?.column ?? 0),
  );
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
