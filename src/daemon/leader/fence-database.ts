import type { Database, Fence } from '../../database/database.ts';
import type { KeptDatabase } from '../keep-database.ts';

/** The same database, whose writers pass `fence` in each transaction. */
export function fenceDatabase(database: KeptDatabase, fence: Fence): KeptDatabase {
  let last: { readonly bare: Database; readonly fenced: Database } | undefined;
  return {
    ...database,
    async get() {
      const bare = await database.get();
      if (last?.bare !== bare) last = { bare, fenced: { ...bare, fence } };
      return last.fenced;
    },
  };
}
