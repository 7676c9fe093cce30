import { listClosed } from '../config/closed-windows.ts';
import type { SyncWindow } from '../config/config.ts';
import type { ActiveSuspension } from './plan.ts';

export interface StatedWindows {
  readonly windows: readonly SyncWindow[];
  /** The configuration that has them. */
  readonly file: string;
}

/** What sync windows suspend at `now`: all packs, or those of `refs` that a window names. */
export function suspendByWindows(
  { windows, file }: StatedWindows,
  { now, refs }: { readonly now: Date; readonly refs: readonly string[] },
): readonly ActiveSuspension[] {
  return listClosed(windows, now).flatMap(({ packs, reason, since, until }) => {
    const found = packs === undefined ? [null] : refs.filter((ref) => packs.some((pattern) => isNamed(ref, pattern)));
    return found.map((pack) => ({
      pack,
      by: 'window' as const,
      reason,
      who: null,
      since: since?.toISOString() ?? null,
      until: until?.toISOString() ?? null,
      where: { file },
    }));
  });
}

/** Refs hold letters, digits, hyphens and underscores: only the asterisk means something else. */
function isNamed(ref: string, pattern: string): boolean {
  return new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(ref);
}
