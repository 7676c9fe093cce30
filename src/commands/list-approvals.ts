import type { DatabaseContext } from '../context.ts';
import { hasSyncTables } from './queries/has-sync-tables.ts';
import { type ApprovalRow, readApprovals } from './queries/read-approvals.ts';

const most = 50;

/** The last approvals of this manager, newest first; reads only. */
export async function listApprovals({ config, database }: DatabaseContext): Promise<readonly ApprovalRow[]> {
  return (await hasSyncTables(database)) ? readApprovals(database.knex, config.name, most) : [];
}
