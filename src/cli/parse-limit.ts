import { InvalidArgumentError } from 'commander';

/** How many lines. @throws InvalidArgumentError, which commander shows */
export function parseLimit(text: string): number {
  const limit = Number(text);
  if (!/^\d{1,6}$/.test(text) || limit === 0) throw new InvalidArgumentError('Write a whole number from 1 on.');
  return limit;
}
