import type { Suspension } from '../actual/safeguards.ts';
import type { DatabaseContext } from '../context.ts';
import { SyncError } from '../errors.ts';
import { formatTime } from '../text/format-time.ts';
import { readSuspensions } from './queries/read-suspensions.ts';
import { requireOwn } from './suspensions/require-own.ts';
import { recordSuspensions, writeSuspensions } from './suspensions/write-suspensions.ts';

export interface SuspendOptions {
  /** Packs; none: all of the manager, those too that come later. */
  readonly refs: readonly string[];
  /** For everybody who asks why nothing moves. */
  readonly reason: string;
  /** When it ends by itself; undefined: when it is resumed. */
  readonly until?: Date;
  /** For plans, `status` and history: `user@host`. */
  readonly who: string;
  readonly lockTimeoutMs: number;
}

/**
 * Has nothing of packs written until they are resumed; plans go on. Who suspends again takes the place of what was said
 * before. Returns at once, also while a run is under way: of that no further pack is written.
 *
 * @returns all that is suspended by command now
 * @throws SyncError `missing-reason`, `invalid-until`, `unknown-pack`, `managed-by-another`, with every pack it is about
 */
export async function suspend(context: DatabaseContext, options: SuspendOptions): Promise<readonly Suspension[]> {
  const { config } = context;
  const { until, who } = options;
  // One line, as everything in history.
  const reason = options.reason.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  if (reason === '') throw new SyncError('missing-reason', 'Say why, for everybody who asks why nothing moves.');
  const started = context.now();
  if (until !== undefined && until.getTime() <= started.getTime())
    throw new SyncError('invalid-until', `${formatTime(until)} is past: it would end before it began.`);
  const refs = [...new Set(options.refs)].sort();
  await requireOwn(context, refs);
  const packs = refs.length === 0 ? [null] : refs;
  const run = { cause: 'suspend', who, lockTimeoutMs: options.lockTimeoutMs, asks: { urls: [] } };
  return writeSuspensions(context, run, async (transaction) => {
    await transaction.raw(
      `DELETE FROM attune_sync.suspension s
        WHERE s.manager = ? AND (s.expires <= now() OR COALESCE(s.pack, '') = ANY(?::text[]))`,
      [config.name, packs.map((pack) => pack ?? '')],
    );
    await transaction('attune_sync.suspension').insert(
      packs.map((pack) => ({ manager: config.name, pack, reason, who, expires: until ?? null })),
    );
    const said = `suspended${until === undefined ? '' : ` until ${formatTime(until)}`}: ${reason}`;
    const lines = packs.map((pack) => ({ pack, reason: said }));
    await recordSuspensions(transaction, run, { manager: config.name, started, lines });
    return readSuspensions(transaction, config.name);
  });
}
