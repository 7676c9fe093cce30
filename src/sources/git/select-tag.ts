import Range from 'semver/classes/range.js';
import type SemVer from 'semver/classes/semver.js';
import compareBuild from 'semver/functions/compare-build.js';
import parse from 'semver/functions/parse.js';
import satisfies from 'semver/functions/satisfies.js';
import minVersion from 'semver/ranges/min-version.js';
import { parseConstraint } from '../../packs/versions/parse-constraint.ts';

/** A range over tags. */
export interface TagRange {
  readonly range: string;
  /** What stands before the version, or before its v. */
  readonly prefix: string;
}

interface TaggedVersion {
  readonly tag: string;
  readonly version: SemVer;
}

type Tags = ReadonlyMap<string, string>;

/** The tag with the highest version in the range; prereleases only where it names one. Undefined where there is none. */
export function selectTag(tags: Tags, { range, prefix }: TagRange): string | undefined {
  const wanted = readRange(range);
  return wanted === undefined ? undefined : listVersions(tags, prefix).find(({ version }) => wanted.test(version))?.tag;
}

/** Of a range that no tag is in: the tags nearest to its beginning, and prereleases that only their being so keeps out. */
export function findNearTags(
  tags: Tags,
  { range, prefix }: TagRange,
): { readonly nearest: readonly string[]; readonly prereleases: readonly string[] } {
  const versions = listVersions(tags, prefix);
  const wanted = readRange(range);
  if (wanted === undefined) return { nearest: [], prereleases: [] };
  const all = versions.filter(({ version }) => satisfies(version, wanted, { includePrerelease: true }));
  const least = minVersion(wanted);
  const border = versions.findIndex(({ version }) => least !== null && version.compare(least) < 0);
  const end = border < 0 ? versions.length : border;
  const nearest = [...versions.slice(Math.max(0, end - 1), end), ...versions.slice(end, end + 2)];
  return { nearest: nearest.map(({ tag }) => tag), prereleases: all.slice(0, 3).map(({ tag }) => tag) };
}

/** Of one answer of a remote many documents want the tags, and every pass again. */
const read = new WeakMap<Tags, Map<string, readonly TaggedVersion[]>>();

/** Highest first. */
function listVersions(tags: Tags, prefix: string): readonly TaggedVersion[] {
  const known = read.get(tags) ?? new Map<string, readonly TaggedVersion[]>();
  read.set(tags, known);
  const found = known.get(prefix) ?? readVersions(tags, prefix);
  known.set(prefix, found);
  return found;
}

function readVersions(tags: Tags, prefix: string): readonly TaggedVersion[] {
  return [...tags.keys()]
    .flatMap((tag): TaggedVersion[] => {
      const version = tag.startsWith(prefix) ? parse(tag.slice(prefix.length).replace(/^v/, '')) : null;
      return version === null ? [] : [{ tag, version }];
    })
    .sort((one, other) => compareBuild(other.version, one.version) || (one.tag < other.tag ? -1 : 1));
}

/** With `*` too no prerelease is meant. */
function readRange(text: string): Range | undefined {
  const constraint = parseConstraint(text, 'exact');
  return constraint === undefined ? undefined : (constraint.range ?? new Range('*'));
}
