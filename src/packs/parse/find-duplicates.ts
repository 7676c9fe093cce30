import { type Position, type Problem, problem } from '../../errors.ts';
import type { Component } from '../content.ts';
import { kindOf } from '../kinds.ts';

/** Components of one kind with one ref: both places are named, nothing is chosen. */
export function findDuplicates(components: readonly Component[]): readonly Problem[] {
  const first = new Map<string, Component>();
  return components.flatMap((component) => {
    const { kind, ref, where } = component;
    const key = `${kind} ${ref}`;
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, component);
      return [];
    }
    const noun = kindOf(kind).plural;
    const message = `Two ${noun} have the ref ${ref}: here and in ${show(other.where)}.`;
    return [problem('error', 'duplicate-ref', message, { hint: 'Rename or remove one.', where })];
  });
}

function show({ file, line = 1, column = 1 }: Position): string {
  return `${file}:${line}:${column}`;
}
