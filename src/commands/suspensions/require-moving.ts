import type { DatabaseContext } from '../../context.ts';
import { problem, SyncError } from '../../errors.ts';
import { suspensionsOf } from '../../plan/suspensions.ts';
import { hasSyncTables } from '../queries/has-sync-tables.ts';
import { readSuspensions } from '../queries/read-suspensions.ts';
import { readLocalDocuments } from '../read-local-documents.ts';
import { sayRemedyFirst } from '../resume.ts';
import { listStated } from './list-stated.ts';

/**
 * A request for a pass that could change nothing is no success.
 *
 * @param refs packs that it is about; none: all
 * @throws SyncError `suspended` with everything that suspends one of them, or all
 */
export async function requireMoving(context: DatabaseContext, refs: readonly string[]): Promise<void> {
  const { database, config } = context;
  const { documents } = await readLocalDocuments(context);
  const said = (await hasSyncTables(database)) ? await readSuspensions(database.knex, config.name) : [];
  const stated = listStated(context, documents, said);
  const found = new Set(
    refs.length === 0 ? stated.filter(({ pack }) => pack === null) : refs.flatMap((ref) => suspensionsOf(ref, stated)),
  );
  const problems = [...found].map((one) => problem('error', 'suspended', sayRemedyFirst(one)));
  const [first] = problems;
  if (first !== undefined) throw new SyncError(first.code, first.message, { problems });
}
