import type { Knex } from 'knex';
import { beginRun, finishRun, type RunHead, recordChange } from '../apply/record-run.ts';
import { compareRefs } from '../plan/compare-refs.ts';
import type { ReasonCode } from '../plan/plan.ts';

/** What a person did to rows of packs, beside any plan. */
export interface Deed<Row> extends Pick<RunHead, 'manager' | 'cause' | 'who' | 'started'> {
  readonly code: ReasonCode;
  /** What was done, before a colon and the names of the rows: `runtimes verified`. */
  readonly did: string;
  readonly packOf: (row: Row) => string;
  readonly nameOf: (row: Row) => string;
}

/** History of a deed: a run with an entry for each pack; none where no row was meant. */
export async function recordDeed<Row>(
  transaction: Knex.Transaction,
  rows: readonly Row[],
  { code, did, packOf, nameOf, ...head }: Deed<Row>,
): Promise<void> {
  const packs = [...new Set(rows.map(packOf))].sort(compareRefs);
  if (packs.length === 0) return;
  const run = await beginRun(transaction, { ...head, targets: packs, entries: {} });
  for (const ref of packs) {
    const names = rows.filter((row) => packOf(row) === ref).map(nameOf);
    await recordChange(transaction, run, {
      ref,
      action: 'configure',
      reason: { code, sentence: `${did}: ${names.join(', ')}` },
      outcome: 'applied',
      from: null,
      to: null,
      problems: [],
      retry: false,
      durationMs: 0,
    });
  }
  await finishRun(transaction, run, { outcome: 'applied', packs: [], problems: [] }, head.cause);
}
