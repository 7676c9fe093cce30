import type { KindName } from '../packs/kinds.ts';

/**
 * Which of the rows that were set aside may be put back: those that a person asked for by their ids, or those whose
 * place was just made. Any other row waits: a person may have taken away again what once stood in its way, and does not
 * expect it back with the next unrelated change.
 */
export type RestoreScope =
  | { readonly ids: readonly string[] }
  | { readonly created: ReadonlyMap<KindName | 'pack', readonly string[]> };

/** The refs of one kind that were just made; null where the scope is by ids. */
export function createdOf(scope: RestoreScope, kind: KindName | 'pack'): string[] | null {
  return 'ids' in scope ? null : [...(scope.created.get(kind) ?? [])];
}

/** The ids that were asked for; null where the scope is what was made. */
export function askedOf(scope: RestoreScope): string[] | null {
  return 'ids' in scope ? [...scope.ids] : null;
}
