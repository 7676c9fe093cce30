import type { Actual } from '../../actual/actual.ts';
import type { Desired } from '../../desired/desired.ts';
import type { Dependency } from '../../packs/content.ts';
import { parseDependency } from '../../packs/parse/parse-dependencies.ts';
import { checkVersion, parseConstraint } from '../../packs/versions/parse-constraint.ts';
import type { PackChange } from '../plan.ts';

/** What can come of a plan, as far as packs need each other. */
export interface Outlook {
  readonly desired: Desired;
  readonly actual: Actual;
  /** In apply order. */
  readonly changes: readonly PackChange[];
  readonly byRef: ReadonlyMap<string, PackChange>;
  /** What every installed pack declares now, in a document or not. */
  readonly installed: ReadonlyMap<string, readonly Dependency[]>;
  /** The installed packs that declare each pack. */
  readonly dependents: ReadonlyMap<string, readonly string[]>;
  /** What each wanted pack's content declares. */
  readonly wanted: ReadonlyMap<string, readonly Dependency[]>;
  /** By pack, those that come first only because it declares them. */
  readonly declared: ReadonlyMap<string, ReadonlySet<string>>;
  /** A person has dependencies skipped. */
  readonly skips: boolean;
}

/** Reads off what both sides declare. */
export function buildOutlook(
  changes: readonly PackChange[],
  sides: Pick<Outlook, 'desired' | 'actual' | 'declared' | 'skips'>,
): Outlook {
  const installed = new Map<string, readonly Dependency[]>();
  const dependents = new Map<string, string[]>();
  for (const { ref, columns } of sides.actual.packs.values()) {
    const texts = Array.isArray(columns.dependencies) ? columns.dependencies : [];
    const needs = texts.map((text) => parseDependency(String(text)));
    installed.set(ref, needs);
    for (const need of new Set(needs.map((one) => one.ref))) {
      const found = dependents.get(need);
      if (found === undefined) dependents.set(need, [ref]);
      else found.push(ref);
    }
  }
  return {
    ...sides,
    changes,
    byRef: new Map(changes.map((change) => [change.ref, change])),
    installed,
    dependents,
    wanted: new Map(sides.desired.packs.map(({ ref, content }) => [ref, content.dependencies])),
  };
}

/** Null where the pack is not installed. */
export function versionNow(ref: string, { actual }: Outlook): string | null {
  const pack = actual.packs.get(ref);
  return pack === undefined ? null : String(pack.columns.version ?? pack.recorded?.version ?? '');
}

/** What will be installed of a pack, if all changes are made but these. */
export function versionAfter(ref: string, outlook: Outlook, unmade: ReadonlySet<string>): string | null {
  const change = outlook.byRef.get(ref);
  if (change === undefined || unmade.has(ref) || change.action === 'forget') return versionNow(ref, outlook);
  return change.action === 'remove' ? null : (change.to?.version ?? versionNow(ref, outlook));
}

/** It installs other content than there is: only then may what the content needs hold it back. */
export function bringsContent({ action, from, to }: PackChange): boolean {
  return action !== 'remove' && action !== 'forget' && (from === null || from.digest !== to?.digest);
}

/** How a version, or none, fails what is needed; undefined where it does not. */
export function failure(need: Dependency, version: string | null): 'missing' | 'other' | 'prerelease' | undefined {
  if (version === null) return 'missing';
  if (need.constraint === null) return undefined;
  const constraint = parseConstraint(need.constraint, 'exact');
  // What cannot be read stands only in rows that others wrote, and Attune never checked it.
  if (constraint === undefined) return undefined;
  const verdict = checkVersion(constraint, version);
  if (verdict === 'yes') return undefined;
  return verdict === 'prerelease' ? 'prerelease' : 'other';
}

/**
 * The packs whose changes are not made if these are blocked too: what a pack only declares does not hold it back while
 * what stays of that is enough for it.
 */
export function findUnmade(outlook: Outlook, blocked: ReadonlySet<string>): ReadonlySet<string> {
  const unmade = new Set<string>();
  for (const change of outlook.changes) {
    const { ref, blocks, after } = change;
    const waits = () => after.some((other) => unmade.has(other) && !isLoose(change, other, outlook));
    if (blocks.length > 0 || blocked.has(ref) || waits()) unmade.add(ref);
  }
  return unmade;
}

/** The pack need not wait for another whose change is not made. */
export function isLoose({ ref }: PackChange, other: string, outlook: Outlook): boolean {
  if (outlook.declared.get(ref)?.has(other) !== true) return false;
  if (outlook.skips) return true;
  const stays = versionNow(other, outlook);
  const needs = (outlook.wanted.get(ref) ?? []).filter((need) => need.ref === other);
  return needs.every((need) => failure(need, stays) === undefined);
}

/**
 * The installed packs that stay as they are and that this change breaks: what they need was there before it and is not
 * after it.
 */
export function findBroken(
  change: PackChange,
  outlook: Outlook,
  unmade: ReadonlySet<string>,
): readonly { readonly pack: string; readonly needs: readonly Dependency[] }[] {
  const { ref, action, to } = change;
  const before = versionNow(ref, outlook);
  if (before === null || action === 'forget') return [];
  const after = action === 'remove' ? null : (to?.version ?? before);
  if (after === before) return [];
  return (outlook.dependents.get(ref) ?? []).flatMap((pack) => {
    if (pack === ref || !staysAsItIs(pack, outlook, unmade)) return [];
    const needs = breaks(outlook.installed.get(pack) ?? [], ref, before, after);
    return needs.length === 0 ? [] : [{ pack, needs }];
  });
}

/** Of what a pack needs of another, what one version gives and the other does not; all of it where there is none then. */
export function breaks(
  needs: readonly Dependency[],
  ref: string,
  before: string | null,
  after: string | null,
): readonly Dependency[] {
  const goes = before !== null && after === null;
  return needs.filter(
    (need) => need.ref === ref && failure(need, after) !== undefined && (goes || failure(need, before) === undefined),
  );
}

function staysAsItIs(ref: string, outlook: Outlook, unmade: ReadonlySet<string>): boolean {
  const change = outlook.byRef.get(ref);
  if (change === undefined || unmade.has(ref)) return true;
  return change.action !== 'remove' && !bringsContent(change);
}
