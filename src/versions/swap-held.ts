import type { Hold, KnownVersion } from '../actual/actual.ts';
import type { Context } from '../context.ts';
import { checkPackConfig } from '../desired/check-config.ts';
import type { Desired, HeldBack, PackDocument, UnreadablePack, WantedPack } from '../desired/desired.ts';
import { hasErrors, problemsOf, SyncError } from '../errors.ts';
import { loadVersion, resolveRecorded } from './load-version.ts';

/** A rollback that a person asks for. */
export interface RollbackRequest {
  readonly ref: string;
  readonly to: KnownVersion;
  /** What is installed: held back where the source does not answer. */
  readonly installed: { readonly version: string; readonly digest: string; readonly commit: string | null };
  readonly why: string | null;
}

/**
 * The desired state with every pack that was rolled back at the version it was rolled back to, as long as its source
 * gives what is held back. A version that cannot be had any more makes the pack unreadable: it stays as installed.
 *
 * @param desired may have been through this already
 */
export async function swapHeld(
  context: Context,
  desired: Desired,
  holds: ReadonlyMap<string, Hold>,
  asked?: RollbackRequest,
): Promise<Desired> {
  if (holds.size === 0 && asked === undefined) return desired;
  const packs: WantedPack[] = [];
  const unreadable: UnreadablePack[] = [];
  const settle = (pack: WantedPack | UnreadablePack) => {
    if ('content' in pack) packs.push(pack);
    else unreadable.push(pack);
  };
  for (const pack of desired.packs) {
    const swap = asked?.ref === pack.ref ? swapAsked(pack, asked) : swapInForce(pack, holds.get(pack.ref));
    settle(swap === null ? pack : await swapPack(context, pack, swap));
  }
  for (const pack of desired.unreadable) {
    if (asked?.ref !== pack.ref) unreadable.push(pack);
    else settle(await swapPack(context, pack, { to: asked.to, held: { ...asked.installed, ...justNow(asked) } }));
  }
  if (asked !== undefined && ![...packs, ...unreadable].some(({ ref }) => ref === asked.ref))
    throw notDesired(asked.ref);
  return { ...desired, packs, unreadable };
}

interface Swap {
  /** Null where nothing is known of it any more. */
  readonly to: KnownVersion | null;
  readonly held: HeldBack;
}

function swapAsked(pack: WantedPack, asked: RollbackRequest): Swap | null {
  const given = givenBy(pack);
  return given.digest === asked.to.digest ? null : { to: asked.to, held: { ...given, ...justNow(asked) } };
}

function swapInForce(pack: WantedPack, hold: Hold | undefined): Swap | null {
  const given = givenBy(pack);
  if (hold === undefined || given.digest !== hold.digest || pack.held?.since === hold.since) return null;
  return { to: hold.to, held: { ...given, since: hold.since, who: hold.who, why: hold.why } };
}

/** What the source of a pack gives, swapped or not. */
function givenBy({ content, source, held }: WantedPack): Pick<HeldBack, 'version' | 'digest' | 'commit'> {
  if (held !== undefined) return { version: held.version, digest: held.digest, commit: held.commit };
  const { version, digest } = content;
  return { version, digest, commit: source.type === 'git' ? source.commit : null };
}

function justNow({ why }: RollbackRequest): Pick<HeldBack, 'since' | 'who' | 'why'> {
  return { since: null, who: null, why };
}

async function swapPack(
  context: Context,
  { ref, document }: { readonly ref: string; readonly document: PackDocument },
  { to, held }: Swap,
): Promise<WantedPack | UnreadablePack> {
  try {
    if (to === null) throw unknownVersion(ref, sayWayOut(ref, held));
    const content = await loadVersion(context, ref, to, sayWayOut(ref, held));
    const problems = checkPackConfig(document, content);
    if (hasErrors(problems)) return { ref, document, problems, retry: false };
    return { ref, document, source: resolveRecorded(to.source), content, held };
  } catch (error) {
    const retry = !(error instanceof SyncError) || error.retry === 'soon';
    const problems = problemsOf(error).map((found) => ({ where: document.where, ...found }));
    return { ref, document, problems, retry };
  }
}

function notDesired(ref: string): SyncError {
  return new SyncError('not-desired', `No valid document names ${ref}, so it cannot be rolled back.`, {
    hint: '`attune-sync validate` shows what is wrong with documents; a pack without one waits for its removal.',
  });
}

function unknownVersion(ref: string, wayOut: string): SyncError {
  return new SyncError('version-gone', `Nothing is known any more of the version that ${ref} was rolled back to.`, {
    hint: `It stays as it is. ${wayOut}`,
  });
}

/** What is held back is named by its digest: its version may stand for several contents. */
function sayWayOut(ref: string, { version, digest, since }: HeldBack): string {
  const another = `Or go back to another version: attune-sync rollback ${ref} --to VERSION.`;
  if (since === null) return another;
  return `${another} Or end the rollback and take ${version}, which its source gives: attune-sync rollback ${ref} --to ${digest.slice(0, 12)}.`;
}
