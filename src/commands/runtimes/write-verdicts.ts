import type { Knex } from 'knex';
import type { DatabaseContext } from '../../context.ts';
import { migrateSync } from '../../database/migrate.ts';
import { withWriter } from '../../database/writer-lock.ts';
import { recordDeed } from '../record-deed.ts';
import type { Verified } from './verified.ts';

interface WriteOptions {
  readonly who: string;
  readonly lockTimeoutMs: number;
}

const cause = 'runtimes verify';

/**
 * Records in Attune which versions are available, in one transaction under the writer lock, and in history which packs'
 * they are. A version that is gone meanwhile is passed over, and so is one of which nothing is known.
 */
export async function writeVerdicts(
  context: DatabaseContext,
  verified: readonly Verified[],
  { who, lockTimeoutMs }: WriteOptions,
): Promise<void> {
  const versions = verified.filter(({ id, available }) => id !== null && available !== null);
  if (versions.length === 0) return;
  const { config, database, log, signal } = context;
  const onWait = (holder: string) => log.info(`Waiting for the writer lock, held by ${holder}.`);
  const lock = { holder: `${cause} by ${who}`, timeoutMs: lockTimeoutMs, signal, onWait };
  await withWriter(database, lock, async (writer) => {
    await migrateSync(database, writer);
    await writer.transaction(async (transaction) => {
      const started = context.now();
      const written = await updateVersions(transaction, versions, started);
      await recordDeed(transaction, written, {
        manager: config.name,
        cause,
        who,
        started,
        code: 'runtimes-verified',
        did: 'runtimes verified',
        packOf: ownerOf,
        nameOf: ({ runtime, version, available }) =>
          `${runtime} ${version} ${available ? 'available' : 'not available'}`,
      });
    });
  });
}

async function updateVersions(
  transaction: Knex.Transaction,
  versions: readonly Verified[],
  now: Date,
): Promise<readonly Verified[]> {
  const { rows } = (await transaction.raw(
    `UPDATE runtime_version v SET available = r.available, verified_at = ?
       FROM jsonb_to_recordset(?::jsonb) AS r(id bigint, version text, available boolean)
      WHERE v.id = r.id AND v.version = r.version RETURNING v.id`,
    [now, JSON.stringify(versions.map(({ id, version, available }) => ({ id, version, available })))],
  )) as { rows: { id: string }[] };
  const written = new Set(rows.map(({ id }) => id));
  return versions.filter(({ id }) => id !== null && written.has(id));
}

/** A runtime of no pack goes by the pack that its ref names. */
function ownerOf({ pack, runtime }: Verified): string {
  return pack ?? runtime.replace(/\..*$/s, '');
}
