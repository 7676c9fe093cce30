import type { Knex } from 'knex';
import { beginRun, finishRun, recordChange } from '../../apply/record-run.ts';
import type { PackResult } from '../../apply/result.ts';
import type { ReasonCode } from '../../plan/plan.ts';
import { namePreserved } from './name-preserved.ts';
import type { PreservedEntry } from './read-preserved.ts';

interface Deed {
  readonly manager: string;
  /** The verb. */
  readonly cause: string;
  readonly who: string;
  readonly started: Date;
  readonly code: ReasonCode;
  readonly did: string;
}

/** History of what a person did with rows that were set aside, by pack; none where nothing was done. */
export async function recordPreserved(
  transaction: Knex.Transaction,
  rows: readonly PreservedEntry[],
  { code, did, ...head }: Deed,
): Promise<void> {
  const packs = [...new Set(rows.map(({ pack }) => pack))].sort();
  if (packs.length === 0) return;
  const run = await beginRun(transaction, { ...head, targets: packs, entries: {} });
  for (const pack of packs) {
    const names = rows.filter((row) => row.pack === pack).map(namePreserved);
    const result: PackResult = {
      ref: pack,
      action: 'configure',
      reason: { code, sentence: `${did}: ${names.join(', ')}` },
      outcome: 'applied',
      from: null,
      to: null,
      problems: [],
      retry: false,
      durationMs: 0,
    };
    await recordChange(transaction, run, result);
  }
  await finishRun(transaction, run, { outcome: 'applied', packs: [], problems: [] }, head.cause);
}
