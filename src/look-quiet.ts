import { isDeepStrictEqual } from 'node:util';
import type { Actual } from './actual/actual.ts';
import { isDiskSame } from './actual/is-disk-same.ts';
import { nameMoment, type RowMemory } from './actual/row-memory.ts';
import type { DatabaseContext } from './context.ts';
import type { Desired, WantedPack } from './desired/desired.ts';
import { readEnvironmentsOf } from './look-environments.ts';
import { type SidesOptions, scopeOf } from './look-sides.ts';
import { namedBy } from './plan/named-by.ts';
import type { Plan } from './plan/plan.ts';
import { type Concealed, revealSecrets } from './secret.ts';

/** What a process that looks again and again remembers of the last time. */
export interface LookMemory extends RowMemory {
  /** Null where there was something to do, or something was only a matter of time. */
  quiet: QuietLook | null;
}

/** All packs were looked at, and nothing was to be done: as long as nothing moves, that is so. */
interface QuietLook {
  /** The moment of Postgres. */
  readonly name: string;
  readonly desired: Desired;
  readonly actual: Actual;
  readonly plan: Plan;
}

type Found = Omit<QuietLook, 'name'>;

/** Remembers nothing yet. */
export function createLookMemory(): LookMemory {
  return { rows: null, quiet: null };
}

/** To be called with each look at all packs that `memory.rows` was read for. */
export function rememberQuiet({ config }: DatabaseContext, memory: LookMemory, found: Found): void {
  const { suspend, windows } = config.sync;
  const isTimeless = suspend === undefined && windows === undefined;
  memory.quiet = memory.rows !== null && isTimeless && isQuiet(found) ? { name: memory.rows.name, ...found } : null;
}

/**
 * The last look, where neither what is desired, nor a row in Postgres, nor anything on disk is another now: planning
 * again would give the same. Null where something is, and everything is to be read.
 */
export async function recallQuiet(
  context: DatabaseContext,
  memory: LookMemory,
  desired: Desired,
  { filesRecentMs = 0 }: Pick<SidesOptions, 'filesRecentMs'>,
): Promise<Found | null> {
  const { quiet } = memory;
  if (quiet === null || !isSameDesired(quiet.desired, desired)) return null;
  const { actual, plan } = quiet;
  if ((await nameMoment(context.database.knex)) !== quiet.name) return null;
  const packStore = context.config.packStore.directory;
  if (!(await isDiskSame(actual, { packStore, filesRecentMs, ...scopeOf(desired) }))) return null;
  const { environments, leftWorkerLinks } = await readEnvironmentsOf(context, quiet);
  const isSame =
    isDeepStrictEqual(environments, actual.environments) && isDeepStrictEqual(leftWorkerLinks, actual.leftWorkerLinks);
  return isSame ? { desired, actual, plan } : null;
}

/** Nothing is to be done, and nothing of it depends on the clock: no pack waits, goes, is held or is suspended. */
function isQuiet({ desired, actual, plan }: Found): boolean {
  const named = namedBy(desired);
  return (
    [plan.changes, plan.overrides, plan.unreadable, actual.recorded, actual.leftoverLinks].every(isEmpty) &&
    [plan.guarded, plan.suspensions, plan.holds, plan.endedHolds].every((one) => one == null) &&
    actual.holds.size === 0 &&
    [...actual.packs.values()].every(
      ({ recorded }) => recorded?.manager !== actual.manager || named.has(recorded.ref),
    ) &&
    desired.packs.every(({ staged, held }) => staged === undefined && held === undefined)
  );
}

function isEmpty(list: readonly unknown[]): boolean {
  return list.length === 0;
}

function isSameDesired(one: Desired, other: Desired): boolean {
  const { packs, ...rest } = one;
  const { packs: others, ...otherRest } = other;
  return (
    packs.length === others.length &&
    packs.every((pack, index) => isSamePack(pack, others[index])) &&
    isDeepStrictEqual(rest, otherRest)
  );
}

/** Content is read once, and the same object as long as it stays. */
function isSamePack(one: WantedPack, other: WantedPack | undefined): boolean {
  if (other === undefined || one.content !== other.content) return false;
  if (other.staged !== undefined || other.held !== undefined || !isDeepStrictEqual(one.source, other.source))
    return false;
  const { config, ...document } = one.document;
  const { config: otherConfig, ...otherDocument } = other.document;
  return isDeepStrictEqual(document, otherDocument) && isSameConfig(config, otherConfig);
}

/** A secret shows nothing of itself: any two look alike. */
function isSameConfig(one: Readonly<Record<string, Concealed>>, other: Readonly<Record<string, Concealed>>): boolean {
  return isDeepStrictEqual(one, other) && isDeepStrictEqual(revealSecrets(one), revealSecrets(other));
}
