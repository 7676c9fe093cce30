import type { Knex } from 'knex';

/** A rollback in force, as people read it. */
export interface HoldRow {
  readonly pack: string;
  /** Of what is held back. */
  readonly digest: string;
  readonly version: string;
  readonly commit: string | null;
  readonly toDigest: string;
  /** Of what is wanted instead; null where nothing is known of it any more. */
  readonly toVersion: string | null;
  readonly who: string;
  readonly why: string | null;
  readonly since: Date;
}

/** Every rollback in force, by pack. */
export async function readHolds(knex: Knex): Promise<HoldRow[]> {
  return selectHolds(knex);
}

/** The one of a pack, or null. */
export async function readHold(knex: Knex, pack: string): Promise<HoldRow | null> {
  const [hold] = await selectHolds(knex).where('h.pack', pack);
  return hold ?? null;
}

function selectHolds(knex: Knex) {
  return knex('attune_sync.hold as h')
    .leftJoin('attune_sync.version as v', (join) => join.on('v.pack', 'h.pack').andOn('v.digest', 'h.to_digest'))
    .orderBy('h.pack')
    .select<HoldRow[]>({
      pack: 'h.pack',
      digest: 'h.digest',
      version: 'h.version',
      commit: 'h.commit',
      toDigest: 'h.to_digest',
      toVersion: 'v.version',
      who: 'h.who',
      why: 'h.why',
      since: 'h.created',
    });
}
