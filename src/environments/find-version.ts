/** The version in what a program says of itself: `Python 3.11.2`, `v20.19.0`, `ruby 3.1.2p20 (…)`; null where it says none. */
export function findVersion(text: string): string | null {
  const start = text.slice(0, 2000);
  // The first number with a dot in the first lines.
  return /(?<![\w.])v?(\d+(?:\.\d+){1,3}(?:-[0-9A-Za-z.]+)?)/.exec(start)?.[1] ?? null;
}
