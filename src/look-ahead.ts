import { isDeepStrictEqual } from 'node:util';
import type { Config } from './config/config.ts';
import type { DatabaseContext } from './context.ts';
import type { Desired } from './desired/desired.ts';
import { readSides, type Sides, type SidesOptions, scopeOf } from './look-sides.ts';
import { swapHeld } from './versions/swap-held.ts';

/** By configuration: what the last whole pass found desired. */
const last = new WeakMap<Config, Desired>();

/** To be called with all that is desired: the next pass begins with it. */
export function rememberDesired({ config }: DatabaseContext, desired: Desired): void {
  last.set(config, desired);
}

/**
 * Begins to read the actual side for what was desired last, if anything was. To be called where remotes are waited for,
 * so that thousands of rows and files cost a pass no time of its own.
 */
export function readAhead(
  context: DatabaseContext,
  { filesRecentMs, memory }: Pick<SidesOptions, 'filesRecentMs' | 'memory'> = {},
): Promise<Sides> | null {
  const before = last.get(context.config);
  if (before === undefined) return null;
  const options = {
    ...(filesRecentMs === undefined ? {} : { filesRecentMs }),
    ...(memory === undefined ? {} : { memory }),
  };
  const sides = readSides(context, before, options, ({ desired, actual }) => ({ desired, actual }));
  // Who reads again hears of what fails.
  sides.catch(() => {});
  return sides;
}

/** Puts what is desired now beside what was read ahead; null where that failed, or was read for other packs. */
export async function joinAhead(
  context: DatabaseContext,
  ahead: Promise<Sides> | null,
  given: Desired,
): Promise<Sides | null> {
  const found = await ahead?.catch(() => null);
  if (found === undefined || found === null) return null;
  const desired = await swapHeld(context, given, found.actual.holds);
  return isSameScope(desired, found.desired) ? { desired, actual: found.actual } : null;
}

/** Of packs that lose components more is read: what hangs on those. */
function isSameScope(now: Desired, before: Desired): boolean {
  const { contents, ...scope } = scopeOf(now);
  const { contents: known, ...rest } = scopeOf(before);
  const isKnown = [...contents].every(([ref, { digest }]) => known.get(ref)?.digest === digest);
  return isKnown && isDeepStrictEqual(scope, rest);
}
