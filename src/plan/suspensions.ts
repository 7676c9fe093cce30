import { basename } from 'node:path';
import type { Actual } from '../actual/actual.ts';
import type { Suspension } from '../actual/safeguards.ts';
import type { SuspendSettings } from '../config/config.ts';
import type { Desired, PackDocument } from '../desired/desired.ts';
import { problem } from '../errors.ts';
import { formatTime } from '../text/format-time.ts';
import { compareRefs } from './compare-refs.ts';
import type { ActiveSuspension, Note, PackChange } from './plan.ts';
import { type StatedWindows, suspendByWindows } from './windows.ts';

interface Stated {
  readonly documents: readonly PackDocument[];
  readonly suspensions: readonly Suspension[];
  /** What the configuration says, and its file; undefined where it says nothing. */
  readonly suspend: (SuspendSettings & { readonly file: string }) | undefined;
  readonly windows?: StatedWindows | undefined;
  /** Packs that a window may name, beside those of documents. */
  readonly refs?: readonly string[];
  /** Those that have expired by then count for nothing. */
  readonly now: Date;
}

/** Every suspension in force of this manager's packs, wherever it was said; pure. Those of all packs first, then by pack. */
export function listSuspensions(stated: Stated): readonly ActiveSuspension[] {
  const { documents, suspensions, suspend, windows, now } = stated;
  const isInForce = ({ until }: { readonly until?: Date | null }) =>
    until === undefined || until === null || until.getTime() > now.getTime();
  const said = suspensions.filter(isInForce).map(
    ({ pack, reason, who, since, until }): ActiveSuspension => ({
      pack,
      by: 'command',
      reason,
      who,
      since: since.toISOString(),
      until: until?.toISOString() ?? null,
      where: null,
    }),
  );
  const written = documents.flatMap(({ ref, suspend: its }) =>
    its !== undefined && isInForce(its) ? [ofFile(ref, 'document', its, its.where)] : [],
  );
  const whole =
    suspend !== undefined && isInForce(suspend) ? [ofFile(null, 'configuration', suspend, { file: suspend.file })] : [];
  const refs = [...new Set([...documents.map(({ ref }) => ref), ...(stated.refs ?? [])])].sort();
  const closed = windows === undefined ? [] : suspendByWindows(windows, { now, refs });
  return [...said, ...written, ...whole, ...closed].sort(
    (one, other) => compareRefs(one.pack ?? '', other.pack ?? '') || compareRefs(one.by, other.by),
  );
}

/** The same as a plan finds it, of the packs that it is about. */
export function findSuspensions(
  { packs, unreadable }: Desired,
  { safeguards, packs: installed }: Actual,
  { suspend, windows, isTarget }: Pick<Stated, 'suspend' | 'windows'> & { readonly isTarget: (ref: string) => boolean },
): readonly ActiveSuspension[] {
  const documents = [...packs, ...unreadable].map(({ document }) => document);
  const { now, suspensions = [] } = safeguards;
  return listSuspensions({ documents, suspensions, suspend, windows, now, refs: [...installed.keys()] }).filter(
    ({ pack }) => pack === null || isTarget(pack),
  );
}

/** Those that keep this pack as it is. */
export function suspensionsOf(ref: string, all: readonly ActiveSuspension[]): readonly ActiveSuspension[] {
  return all.filter(({ pack }) => pack === null || pack === ref);
}

export function isSuspended(ref: string, all: readonly ActiveSuspension[]): boolean {
  return suspensionsOf(ref, all).length > 0;
}

/**
 * Holds back every change of what is suspended. Two things go through, and say so: a rollback, which a person asks for by
 * name and which may be why the pack was suspended, and what a person has done although a sync window is closed.
 *
 * @param despiteWindows that person's reason
 */
export function blockSuspended(
  changes: readonly PackChange[],
  suspensions: readonly ActiveSuspension[],
  despiteWindows?: string,
): readonly PackChange[] {
  if (suspensions.length === 0) return changes;
  return changes.map((change) => {
    const found = suspensionsOf(change.ref, suspensions);
    if (found.length === 0) return change;
    if (change.hold?.op === 'begin') return letThrough(change, found, 'is rolled back all the same');
    if (despiteWindows !== undefined && found.every(({ by }) => by === 'window'))
      return letThrough(change, found, 'is changed all the same', despiteWindows);
    const notes = found.map((one): Note => ({ code: 'suspended', sentence: saySuspension(one), rows: [] }));
    return { ...change, blocks: [...change.blocks, ...notes] };
  });
}

/** What is suspended and would not change now, so that no blocked change says it. */
export function noteSuspended(
  suspensions: readonly ActiveSuspension[],
  changes: readonly PackChange[],
): readonly Note[] {
  const said = new Set(changes.flatMap(({ blocks }) => blocks.map(({ code, sentence }) => `${code} ${sentence}`)));
  return suspensions
    .filter(({ pack, by }) => pack === null || by !== 'window')
    .filter((one) => !said.has(`suspended ${saySuspension(one)}`))
    .map((one) => {
      const sentence = saySuspension(one);
      if (one.pack === null) return { code: 'suspended', sentence, rows: [] };
      return { code: 'suspended', sentence: `${one.pack} is ${sentence}`, rows: [`pack ${one.pack}`] };
    });
}

/** `suspended by ann@host since 2026-11-21 12:00:00Z until 2026-11-22 12:00:00Z: loses attachments`. */
export function saySuspension({ pack, by, who, reason, since, until, where }: ActiveSuspension): string {
  const subject = pack === null ? 'all packs are suspended' : 'suspended';
  const place = where === null ? '' : ` (${basename(where.file)}${where.line === undefined ? '' : `:${where.line}`})`;
  const file = by === 'document' ? 'its document' : 'the configuration';
  const source =
    by === 'window'
      ? ' by a sync window'
      : by === 'command'
        ? ` by ${who}`
        : ` in ${file}${place}${who === null ? '' : ` by ${who}`}`;
  const from = since === null ? '' : ` since ${formatTime(new Date(since))}`;
  const to = until === null ? '' : ` until ${formatTime(new Date(until))}`;
  return `${subject}${source}${from}${to}: ${reason}`;
}

function letThrough(change: PackChange, found: readonly ActiveSuspension[], how: string, why?: string): PackChange {
  const sentence = `${change.reason.sentence}, although ${found.map(saySuspension).join('; ')}${why === undefined ? '' : ` (${why})`}`;
  const warnings = found.map((one) => problem('warning', 'suspended', `${change.ref} ${how}: ${saySuspension(one)}.`));
  return { ...change, reason: { ...change.reason, sentence }, warnings: [...change.warnings, ...warnings] };
}

function ofFile(
  pack: string | null,
  by: ActiveSuspension['by'],
  { reason, by: who, until }: SuspendSettings,
  where: NonNullable<ActiveSuspension['where']>,
): ActiveSuspension {
  return {
    pack,
    by,
    reason: reason.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim(),
    who: who ?? null,
    since: null,
    until: until?.toISOString() ?? null,
    where,
  };
}
