import type { Desired } from '../desired/desired.ts';

/** Every pack that a document names, readable and valid or not. */
export function namedBy({ packs, unreadable, unmanaged, mentioned }: Desired): ReadonlySet<string> {
  return new Set([...packs.map(({ ref }) => ref), ...unreadable.map(({ ref }) => ref), ...unmanaged, ...mentioned]);
}
