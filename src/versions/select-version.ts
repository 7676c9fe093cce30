import type { KnownVersion } from '../actual/actual.ts';
import { SyncError } from '../errors.ts';

/** A content of a pack that was installed once, and whether it can still be had. */
export interface VersionChoice extends KnownVersion {
  /** ISO 8601: when its source last gave it. */
  readonly installed: string;
  /** The pack store holds it, or the commit that brought it is known. */
  readonly available: boolean;
}

interface Selection {
  readonly ref: string;
  readonly versions: readonly VersionChoice[];
  /** Digest of what is installed; of a pack that is not, of what it was rolled back to. */
  readonly current: string;
  readonly isInstalled: boolean;
  /** Digest of what an earlier rollback holds back, or null. */
  readonly heldBack: string | null;
}

/**
 * The version that a rollback means.
 *
 * @param wished a version, the first seven or more digits of a commit or a digest; undefined: the one before
 * @throws SyncError `no-earlier-version`, `unknown-version`, `ambiguous-version`, `version-gone`, `already-installed`,
 * each naming what there is
 */
export function selectVersion(selection: Selection, wished?: string): VersionChoice {
  if (wished === undefined) return findBefore(selection);
  const { ref, versions, current, isInstalled } = selection;
  const matches = findMatches(versions, wished.replace(/^sha256:/, '').toLowerCase(), wished);
  const [found, ...others] = matches;
  if (found === undefined) {
    throw new SyncError('unknown-version', `${ref} was never installed as ${wished}.`, {
      hint: listChoices(selection),
    });
  }
  if (others.length > 0) {
    throw new SyncError('ambiguous-version', `${wished} stands for ${matches.length} contents of ${ref}.`, {
      hint: `Name one by its commit or digest: ${matches.map(nameChoice).join(', ')}.`,
    });
  }
  if (found.digest === current && isInstalled) {
    throw new SyncError('already-installed', `${ref} ${nameChoice(found)} is what is installed.`, {
      hint: listChoices(selection),
    });
  }
  if (!found.available) {
    throw new SyncError('version-gone', `The pack store does not hold ${ref} ${nameChoice(found)} any more.`, {
      hint: listChoices(selection),
    });
  }
  return found;
}

/** A version is taken by its whole name first: one of digits alone looks like a commit. */
function findMatches(versions: readonly VersionChoice[], prefix: string, wished: string): readonly VersionChoice[] {
  const named = versions.filter(({ version }) => version === wished);
  if (named.length > 0 || !/^[0-9a-f]{7,64}$/.test(prefix)) return named;
  return versions.filter(
    ({ digest, source }) => digest.startsWith(prefix) || source.commit?.startsWith(prefix) === true,
  );
}

/** By the order in which the source gave them, so that going back twice goes back two versions. */
function findBefore(selection: Selection): VersionChoice {
  const { ref, versions, current, isInstalled } = selection;
  const now = versions.find(({ digest }) => digest === current)?.installed;
  const before = others(selection).filter(({ installed }) => now === undefined || installed < now);
  const found = before.toSorted((one, other) => (one.installed < other.installed ? 1 : -1))[0];
  if (found !== undefined) return found;
  const one = isInstalled ? 'that is installed' : 'it was rolled back to';
  const message = `There is no version of ${ref} before the one ${one}.`;
  const isAlone = versions.every(({ digest, available }) => digest === current || !available);
  const hint = isAlone ? nameOtherWay(ref) : listChoices(selection);
  throw new SyncError('no-earlier-version', message, { hint });
}

function nameOtherWay(ref: string): string {
  return `\`attune-sync pack show ${ref}\` lists the versions there are. What was never installed, or was swept, comes from the source: name another branch, tag or commit in the document of ${ref}.`;
}

function others({ versions, current, heldBack }: Selection): readonly VersionChoice[] {
  return versions.filter(({ digest, available }) => available && digest !== current && digest !== heldBack);
}

function listChoices({ versions, current }: Selection): string {
  const choices = versions
    .filter(({ digest, available }) => available && digest !== current)
    .toSorted((one, other) => (one.installed < other.installed ? 1 : -1));
  return choices.length === 0
    ? 'There is no other version to go back to.'
    : `There are: ${choices.map(nameChoice).join(', ')}.`;
}

/** `1.0.0 (commit abc1234)`, of a directory `1.0.0 (digest 0123456789ab)`. */
function nameChoice({ version, digest, source }: KnownVersion): string {
  return `${version} (${source.commit === null ? `digest ${digest.slice(0, 12)}` : `commit ${source.commit.slice(0, 7)}, digest ${digest.slice(0, 12)}`})`;
}
