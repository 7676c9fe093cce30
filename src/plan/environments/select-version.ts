import { checkVersion, parseConstraint, parseVersion } from '../../packs/versions/parse-constraint.ts';

/** A version of a runtime, as far as it decides which one is selected. */
export interface Candidate {
  readonly version: string;
  readonly isDefault: boolean;
  /** Why it cannot be used, to stand before versions: `not available`, `not on this machine`; null where it can. */
  readonly obstacle: string | null;
}

/** What a constraint and the versions of a runtime come to. `version` null: the runtime itself. */
export type Selection =
  | { readonly type: 'selected'; readonly version: string | null; readonly isUnchecked: boolean }
  /** `found`: what there is instead, and why the rest does not count. */
  | { readonly type: 'unsatisfied'; readonly found: string };

/**
 * Selects a version of a runtime. Without a constraint its default, else the highest, else the runtime itself; with one
 * the highest that satisfies it, else the runtime itself where its own interpreter does, to which Attune's workers come too.
 * A version without a sign is any of the same minor version, as Attune has it.
 *
 * @param own what the interpreter of the runtime itself says; null where that is not known
 */
export function selectVersion(
  constraint: string | null,
  candidates: readonly Candidate[],
  own: string | null,
): Selection {
  const usable = candidates.filter(({ obstacle }) => obstacle === null).sort(byVersion);
  const parsed = constraint === null ? undefined : parseConstraint(constraint, 'tilde');
  // What cannot be read stands only in rows that others wrote; Attune takes the runtime itself there.
  if (parsed === undefined || parsed.range === null) {
    const chosen = usable.find(({ isDefault }) => isDefault) ?? usable[0];
    return selected(chosen?.version ?? null, constraint !== null && parsed === undefined);
  }
  const fitting = usable.find(({ version }) => checkVersion(parsed, version) === 'yes');
  if (fitting !== undefined) return selected(fitting.version);
  const isKnown = own !== null && parseVersion(own) !== undefined;
  if (isKnown && checkVersion(parsed, own) === 'yes') return selected(null);
  if (candidates.length > 0) return { type: 'unsatisfied', found: sayVersions(usable, candidates) };
  return isKnown ? { type: 'unsatisfied', found: `it is ${own} on this machine` } : selected(null, true);
}

function selected(version: string | null, isUnchecked = false): Selection {
  return { type: 'selected', version, isUnchecked };
}

/** `available: 3.10, 3.11; not on this machine: 3.12, 3.13`. */
function sayVersions(usable: readonly Candidate[], all: readonly Candidate[]): string {
  const there = usable.map(({ version }) => version).reverse();
  const others = new Map<string, string[]>();
  for (const { version, obstacle } of [...all].sort(byVersion).reverse()) {
    if (obstacle !== null) others.set(obstacle, [...(others.get(obstacle) ?? []), version]);
  }
  return [
    `available: ${there.length === 0 ? 'none' : there.join(', ')}`,
    ...[...others].map(([obstacle, versions]) => `${obstacle}: ${versions.join(', ')}`),
  ].join('; ');
}

/** The highest first; what is no version comes last, by its text. */
function byVersion(one: Candidate, other: Candidate): number {
  const [left, right] = [parseVersion(one.version), parseVersion(other.version)];
  if (left === undefined || right === undefined) {
    return Number(left === undefined) - Number(right === undefined) || compareTexts(other.version, one.version);
  }
  return right.compare(left) || compareTexts(other.version, one.version);
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
