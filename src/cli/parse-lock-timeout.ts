import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../config/parse-duration.ts';

/** Milliseconds of `500ms`, `30s`, `2m` or `1h`. @throws InvalidArgumentError, which commander shows */
export function parseLockTimeout(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined)
    throw new InvalidArgumentError('Write a whole number with its unit: 500ms, 30s, 2m or 1h.');
  return milliseconds;
}
