import { versionedLink, versionPath } from '../../store/paths.ts';

/** A content of a pack that was installed once. Times in milliseconds since 1970. */
export interface InstalledOnce {
  readonly pack: string;
  readonly version: string;
  readonly digest: string;
  /** Null: installed now. */
  readonly supersededMs: number | null;
  /** An inventory says that it is installed, or a rollback holds it or leads back to it. */
  readonly isNeeded: boolean;
}

/** Everything that decides what may go from the pack store. */
export interface SweepFacts {
  readonly nowMs: number;
  /** How long a superseded version stays at least. */
  readonly keepMs: number;
  readonly versions: readonly InstalledOnce[];
  /** When the oldest unfinished execution of a pack began, by pack. */
  readonly runningMs: ReadonlyMap<string, number>;
  /** Text of the links beside the dotted directories, by name. */
  readonly links: ReadonlyMap<string, string>;
  /** Names below `.versions/{ref}`, by ref. */
  readonly directories: ReadonlyMap<string, readonly string[]>;
}

export interface SweptVersion {
  readonly pack: string;
  readonly version: string;
  readonly digest: string;
  /** Relative to the pack store. */
  readonly path: string;
  readonly supersededMs: number;
}

export interface KeptVersion extends SweptVersion {
  readonly why: string;
}

/** What goes, what stays though it is superseded, and what nobody recorded and therefore stays. */
export interface SweepChoice {
  readonly swept: readonly SweptVersion[];
  readonly kept: readonly KeptVersion[];
  readonly unknown: readonly { readonly path: string; readonly what: string }[];
}

const keptVersions = 3;
/** Links are switched after the transaction: what began in between found the version before. */
const switchMs = 10 * 60 * 1000;

/**
 * The rules of the pack store: a superseded version goes only when it is not among the last three of its pack, was
 * superseded longer ago than `keepMs`, and no unfinished execution of the pack began before the switch; never what a
 * link leads to, and never what an inventory or a rollback needs.
 */
export function chooseSwept(facts: SweepFacts): SweepChoice {
  const swept: SweptVersion[] = [];
  const kept: KeptVersion[] = [];
  for (const versions of groupByPack(facts.versions)) {
    for (const [rank, row] of [...versions.entries()].reverse()) {
      const { pack, version, digest, supersededMs } = row;
      if (supersededMs === null) continue;
      const found = { pack, version, digest, path: versionPath(pack, version, digest), supersededMs };
      const why = findReason(row, rank, supersededMs, facts);
      if (why === null) swept.push(found);
      else kept.push({ ...found, why });
    }
  }
  return { swept, kept, unknown: findUnknown(facts) };
}

/** Newest first: what is installed, then by when it was superseded. */
function groupByPack(versions: readonly InstalledOnce[]): readonly (readonly InstalledOnce[])[] {
  const groups = new Map<string, InstalledOnce[]>();
  for (const version of versions) groups.set(version.pack, [...(groups.get(version.pack) ?? []), version]);
  const age = ({ supersededMs }: InstalledOnce) => supersededMs ?? Number.MAX_SAFE_INTEGER;
  return [...groups]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, rows]) => rows.toSorted((one, other) => age(other) - age(one)));
}

/** Why a superseded version stays; null: it may go. */
function findReason(row: InstalledOnce, rank: number, supersededMs: number, facts: SweepFacts): string | null {
  const { pack, version, digest, isNeeded } = row;
  if (isNeeded) return 'installed, or held by a rollback';
  if (rank < keptVersions) return `among the last ${keptVersions} of its pack`;
  if (supersededMs + facts.keepMs >= facts.nowMs) return 'superseded less than packStore.keep ago';
  const running = facts.runningMs.get(pack);
  if (running !== undefined && running <= supersededMs + switchMs)
    return 'an unfinished execution of the pack began before it was superseded';
  const path = versionPath(pack, version, digest);
  const own = versionedLink(pack, version);
  const link = [...facts.links].find(([name, text]) => text === path && name !== own);
  return link === undefined ? null : `the link ${link[0]} leads to it`;
}

function findUnknown({ versions, directories }: SweepFacts): SweepChoice['unknown'] {
  const known = new Set(versions.map(({ pack, version, digest }) => versionPath(pack, version, digest)));
  return [...directories].flatMap(([ref, names]) =>
    names
      .filter((name) => !isNote(name) && !known.has(`.versions/${ref}/${name}`))
      .map((name) => ({ path: `.versions/${ref}/${name}`, what: nameUnknown(name) })),
  );
}

function isNote(name: string): boolean {
  return /-[0-9a-f]{12}\.files(\.draft)?$/.test(name);
}

function nameUnknown(name: string): string {
  if (/\.changed(-\d+)?$/.test(name))
    return 'files that others changed, set aside when the published ones were put back';
  if (name.startsWith('found-')) return 'what stood where a link belongs, moved here';
  return 'no run recorded it';
}
