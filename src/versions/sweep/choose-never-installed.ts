/** A directory that this program published and no run recorded. */
export interface PublishedDirectory {
  /** Relative to the pack store. */
  readonly path: string;
  /** When it was published, or something in it changed last, in milliseconds since 1970. */
  readonly publishedMs: number;
  /** It holds what was published, links to environments, and nothing else. */
  readonly isUntouched: boolean;
  /** An inventory or a rollback names its content. */
  readonly isNeeded: boolean;
}

export interface NeverInstalled {
  readonly path: string;
  readonly publishedMs: number;
  readonly goes: boolean;
  readonly why: string;
}

interface Facts {
  readonly nowMs: number;
  /** How long it stays at least; never less than an hour. */
  readonly keepMs: number;
  readonly published: readonly PublishedDirectory[];
  /** Where links of the pack store lead, relative to it and normalised. */
  readonly linked: readonly string[];
}

/** A run that is under way has published what it will record only later. */
const leastMs = 60 * 60 * 1000;

/**
 * The rules of versions whose tests or builds failed, or whose run was stopped: one goes when nobody touched it, nothing
 * leads to it or needs it, and it was published longer ago than `keepMs` and an hour. What is not listed is none of ours
 * any more.
 */
export function chooseNeverInstalled({ nowMs, keepMs, published, linked }: Facts): readonly NeverInstalled[] {
  return published.flatMap(({ path, publishedMs, isUntouched, isNeeded }): NeverInstalled[] => {
    if (!isUntouched || isNeeded || linked.some((text) => text === path || text.startsWith(`${path}/`))) return [];
    const found = { path, publishedMs };
    if (publishedMs + keepMs >= nowMs)
      return [{ ...found, goes: false, why: 'never installed, published less than packStore.keep ago' }];
    if (publishedMs + leastMs >= nowMs)
      return [{ ...found, goes: false, why: 'never installed, published less than an hour ago' }];
    return [{ ...found, goes: true, why: 'never installed' }];
  });
}
