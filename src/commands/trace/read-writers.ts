import type { Knex } from 'knex';

/** A run that wrote a pack. */
export interface WriterRun {
  readonly run: string;
  readonly action: string;
  /** Without a full stop. */
  readonly reason: string;
  readonly who: string;
  /** `apply`, `daemon`, or the verb that a person gave. */
  readonly cause: string;
  readonly ended: Date;
}

export interface Writers {
  /** It brought the content that is installed, as far as history reaches. */
  readonly brought: WriterRun | null;
  /** It wrote the pack last. */
  readonly last: WriterRun | null;
}

/** The runs that wrote a pack; history is kept for a while only. */
export async function readWriters(knex: Knex, pack: string): Promise<Writers> {
  const content = ['install', 'reinstall', 'adopt'];
  const [brought = null] = await select(knex, pack).whereIn('c.action', content);
  const [last = null] = await select(knex, pack).whereIn('c.action', [...content, 'configure', 'repair']);
  return { brought, last };
}

function select(knex: Knex, pack: string) {
  return knex('attune_sync.run_change as c')
    .join('attune_sync.run as r', 'r.id', 'c.run')
    .where({ 'c.pack': pack, 'c.outcome': 'applied' })
    .orderBy([
      { column: 'c.run', order: 'desc' },
      { column: 'c.position', order: 'desc' },
    ])
    .limit(1)
    .select<WriterRun[]>({
      run: 'r.id',
      action: 'c.action',
      reason: 'c.reason',
      who: 'r.who',
      cause: 'r.cause',
      ended: 'r.ended',
    });
}
