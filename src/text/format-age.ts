const units: readonly (readonly [name: string, ms: number])[] = [
  ['day', 24 * 60 * 60 * 1000],
  ['hour', 60 * 60 * 1000],
  ['minute', 60 * 1000],
];

/** `3 days`, `1 hour`, `less than a minute`: whole units of the largest that fits. */
export function formatAge(milliseconds: number): string {
  const unit = units.find(([, ms]) => milliseconds >= ms);
  if (unit === undefined) return 'less than a minute';
  const count = Math.floor(milliseconds / unit[1]);
  return `${count} ${unit[0]}${count === 1 ? '' : 's'}`;
}
