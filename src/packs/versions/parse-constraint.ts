// One by one: the whole package would make every command start later.
import Range from 'semver/classes/range.js';
import type SemVer from 'semver/classes/semver.js';
import parse from 'semver/functions/parse.js';
import satisfies from 'semver/functions/satisfies.js';

/**
 * What a version without an operator means. `exact`: that version, or with fewer parts all that begin so, as npm has it;
 * `tilde`: as with `~`, which is how Attune selects versions of runtimes; `minimum`: at least that, as Attune means the
 * `python` and `nodejs` of a pack.
 */
export type Bare = 'exact' | 'tilde' | 'minimum';

/** A set of versions. */
export interface Constraint {
  /** As it is written. */
  readonly text: string;
  /** Null: any version, prereleases too. */
  readonly range: Range | null;
}

/** Longer ones are nobody's wish. */
const longest = 256;

const bareVersion = /^v?\d+(?:\.\d+){0,2}(?:[-+][0-9A-Za-z.+-]+)?$/;
const operators: Readonly<Record<Bare, string>> = { exact: '', tilde: '~', minimum: '>=' };

/**
 * A constraint on versions: `= > >= < <= ~ ^ *` and what else semver allows, with a comma for "and". Undefined for what
 * is none.
 */
export function parseConstraint(text: string, bare: Bare): Constraint | undefined {
  if (text.length > longest) return undefined;
  const parts = text.split(',').map((part) => part.trim());
  if (parts.every((part) => part === '*')) return { text, range: null };
  if (parts.includes('')) return undefined;
  try {
    const written = parts.map((part) => (bareVersion.test(part) ? operators[bare] + part : part)).join(' ');
    return { text, range: new Range(written) };
  } catch {
    return undefined;
  }
}

/**
 * Whether a version is in the set. A prerelease is in it only where the constraint names a prerelease of the same version:
 * `prerelease` is what is kept out by nothing else. `unknown`: it is no version that could be compared.
 */
export function checkVersion({ range }: Constraint, version: string): 'yes' | 'no' | 'prerelease' | 'unknown' {
  if (range === null) return 'yes';
  const parsed = parseVersion(version);
  if (parsed === undefined) return 'unknown';
  if (range.test(parsed)) return 'yes';
  return satisfies(parsed, range, { includePrerelease: true }) ? 'prerelease' : 'no';
}

const lenient = /^\s*v?(\d{1,15})(?:\.(\d{1,15}))?(?:\.(\d{1,15}))?(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?\s*$/;

/** A version as people write it: missing parts are 0, a leading v does not count. Undefined for what is none. */
export function parseVersion(text: string): SemVer | undefined {
  const [, major, minor = '0', patch = '0', pre = '', build = ''] = lenient.exec(text) ?? [];
  if (major === undefined) return undefined;
  const core = [major, minor, patch].map((part) => String(Number(part))).join('.');
  return parse(`${core}${pre}${build}`, { loose: true }) ?? undefined;
}
