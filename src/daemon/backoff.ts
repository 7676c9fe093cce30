const firstMs = 1_000;
const longestMs = 300_000;

/**
 * How long to wait before trying again: a second after the first failure, twice as long after each further one, at
 * most five minutes; up to half of it is taken off by chance, so that many that failed together do not return together.
 */
export function backoffMs(attempts: number, random: () => number): number {
  const fullMs = Math.min(longestMs, firstMs * 2 ** (attempts - 1));
  return fullMs * (1 - random() / 2);
}

/** An interval that is up to a tenth longer or shorter by chance: many daemons do not ask one remote together. */
export function jitterMs(intervalMs: number, random: () => number): number {
  return intervalMs * (0.9 + random() * 0.2);
}
