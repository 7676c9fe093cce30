import type { Knex } from 'knex';
import { type Deed, recordDeed } from '../record-deed.ts';
import { namePreserved } from './name-preserved.ts';
import type { PreservedEntry } from './read-preserved.ts';

/** History of what a person did with rows that were set aside, by pack; none where nothing was done. */
export function recordPreserved(
  transaction: Knex.Transaction,
  rows: readonly PreservedEntry[],
  deed: Omit<Deed<PreservedEntry>, 'packOf' | 'nameOf'>,
): Promise<void> {
  return recordDeed(transaction, rows, { ...deed, packOf: ({ pack }) => pack, nameOf: namePreserved });
}
