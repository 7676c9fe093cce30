import { isObject } from '../json.ts';
import { nearest } from '../yaml/nearest.ts';

/**
 * What to write in the place of keys that a route does not know.
 *
 * @param schema of the query or the body
 */
export function hintOfKeys(unknown: readonly string[], schema: unknown): string | undefined {
  if (unknown.length === 0) return undefined;
  const properties = isObject(schema) ? schema.properties : undefined;
  const known = isObject(properties) ? Object.keys(properties) : [];
  if (known.length === 0) return 'This route knows no keys there: leave them out.';
  const meant = [...new Set(unknown.flatMap((key) => nearest(key, known) ?? []))];
  const question = meant.length === 0 ? '' : `Did you mean ${meant.join(', ')}? `;
  return `${question}Known are ${known.join(', ')}.`;
}
