import { checkVersion, parseConstraint, parseVersion } from './parse-constraint.ts';

/**
 * Whether what an interpreter says of itself is the version that a runtime lists. A binary without a version in its name
 * can be another version's: `3.12` is any 3.12.x, `20` any 20.x, and of `20.11.0` any later 20.x is one. What is no version
 * on either side contradicts nothing.
 */
export function isSameVersion(listed: string, found: string): boolean {
  if (parseVersion(listed) === undefined || parseVersion(found) === undefined) return true;
  const parts = listed.trim().replace(/^v/, '').split(/[-+]/)[0]?.split('.').length ?? 0;
  const constraint = parseConstraint(`${parts > 2 ? '^' : '~'}${listed.trim()}`, 'tilde');
  return constraint === undefined || checkVersion(constraint, found) !== 'no';
}
