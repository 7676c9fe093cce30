import type { Position, Problem } from '../errors.ts';

/** Problems by file, line and column; those without a place come first, in the order given. */
export function orderProblems(problems: readonly Problem[]): Problem[] {
  return [...problems].sort(({ where: one }, { where: other }) => comparePositions(one, other));
}

/** For sorting: by file as text, then line, then column; no place comes before any. */
export function comparePositions(one: Position | undefined, other: Position | undefined): number {
  const [first, second] = [one?.file ?? '', other?.file ?? ''];
  if (first !== second) return first < second ? -1 : 1;
  return (one?.line ?? 0) - (other?.line ?? 0) || (one?.column ?? 0) - (other?.column ?? 0);
}
