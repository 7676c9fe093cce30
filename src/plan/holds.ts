import type { Hold } from '../actual/actual.ts';
import type { HeldBack, WantedPack } from '../desired/desired.ts';
import type { ContentVersion, HeldPack, HoldChange, Note } from './plan.ts';

/** What a change of a pack does to its rollback: it begins with the change that makes it, and ends with the next content. */
export function changeHold({ content, held }: WantedPack, hold: Hold | undefined): HoldChange | undefined {
  if (held === undefined) return endHold(hold);
  if (held.since !== null) return undefined;
  const { version, digest, commit, why } = held;
  return { op: 'begin', digest, version, commit, toDigest: content.digest, why };
}

/** The end of a rollback, where there is one. */
export function endHold(hold: Hold | undefined): HoldChange | undefined {
  if (hold === undefined) return undefined;
  const { version, digest, commit } = hold;
  return { op: 'end', heldBack: { version, digest, commit } };
}

/** `ends: 2.0.0 (abc1234) is no longer held back`; null where no rollback ends. */
export function sayEnd(hold: HoldChange | undefined): string | null {
  return hold?.op === 'end' ? `ends: ${nameVersion(hold.heldBack)} is no longer held back` : null;
}

/** Of a pack that does not change otherwise. */
export function noteEnded({ pack, ...hold }: Hold): Note {
  const sentence = `the rollback of ${pack} ends, since its source gives again what it was rolled back to: ${nameVersion(hold)} is no longer held back`;
  return { code: 'hold-ended', sentence, rows: [`pack ${pack}`] };
}

/** The packs that are wanted at an earlier version than their source gives. */
export function listHeld(wanted: readonly WantedPack[]): readonly HeldPack[] {
  return wanted.flatMap(({ ref, content, source, held }) => {
    if (held === undefined) return [];
    const { version, digest, commit, since, who, why } = held;
    const at = { version: content.version, digest: content.digest, commit: commitOf(source) };
    return [{ pack: ref, at, heldBack: { version, digest, commit }, since, who, why }];
  });
}

/** The same for people. */
export function noteHeld({ pack, at, heldBack, since, who, why }: HeldPack): Note {
  const when = since === null ? '' : ` since ${since.slice(0, 16).replace('T', ' ')}Z`;
  const by = who === null ? '' : ` by ${who}`;
  const reason = why === null ? '' : ` (${why})`;
  const sentence = `${pack} is held at ${nameVersion(at)}${when}${by}${reason}; ${nameVersion(heldBack)} is held back until its source gives something else`;
  return { code: 'held', sentence, rows: [`pack ${pack}`] };
}

/** Why a held pack changes. */
export function sayRollback({ version, since, why }: HeldBack, to: string): string {
  const between = version === to ? `to an earlier content of ${to}` : `from ${version} to ${to}`;
  return `rolled back ${between}${why === null ? '' : `: ${why}`}${since === null ? '' : ', and held there'}`;
}

/** The commit says more than a digest; of a directory the digest is all there is. */
function nameVersion({ version, commit, digest }: ContentVersion): string {
  return `${version} (${commit === null ? (digest ?? '').slice(0, 12) : commit.slice(0, 7)})`;
}

function commitOf(source: WantedPack['source']): string | null {
  return source.type === 'git' ? source.commit : null;
}
