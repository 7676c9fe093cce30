import type { Knex } from 'knex';
import type { DatabaseContext } from '../context.ts';
import { migrateSync } from '../database/migrate.ts';
import { withWriter } from '../database/writer-lock.ts';
import { SyncError } from '../errors.ts';
import { nearest } from '../yaml/nearest.ts';
import { findOverrides, type OverrideEntry } from './queries/find-overrides.ts';
import { hasSyncTables } from './queries/has-sync-tables.ts';
import { recordDeed } from './record-deed.ts';

export interface OverrideDropOptions {
  /** Of a pack, all of whose overrides are meant, or of one of its components. */
  readonly ref: string;
  /** `enabled`, or a config key; undefined: every field. */
  readonly field?: string;
  /** For history: `user@host`. */
  readonly who: string;
  readonly lockTimeoutMs: number;
  /** Asked before anything is written; without it the answer is yes. */
  readonly confirm?: (overrides: readonly OverrideEntry[]) => Promise<boolean>;
}

/**
 * Ends overrides: the next apply sets what the pack says there. Only our own tables change now.
 *
 * @returns those that ended; null where the answer was no
 * @throws SyncError `unknown-override`, `managed-by-another`, `no-default`; `changed-meanwhile` where others than those
 *   that were confirmed are there by then
 */
export async function overrideDrop(
  context: DatabaseContext,
  options: OverrideDropOptions,
): Promise<readonly OverrideEntry[] | null> {
  const { config, database, log, signal } = context;
  const first = (await hasSyncTables(database)) ? await findOverrides(database.knex, options) : [];
  const chosen = await choose(database.knex, first, options, config.name);
  if (options.confirm !== undefined && !(await options.confirm(chosen))) return null;
  const onWait = (holder: string) => log.info(`Waiting for the writer lock, held by ${holder}.`);
  const lock = { holder: `${cause} by ${options.who}`, timeoutMs: options.lockTimeoutMs, signal, onWait };
  return withWriter(database, lock, async (writer) => {
    await migrateSync(database, writer);
    return writer.transaction(async (transaction) => {
      const found = await findOverrides(transaction, options);
      const dropped = await choose(transaction, found, options, config.name);
      if (JSON.stringify(dropped) !== JSON.stringify(chosen)) throw changedMeanwhile();
      await transaction.raw(
        `DELETE FROM attune_sync.override o USING jsonb_to_recordset(?::jsonb) AS r(kind text, ref text, field text)
          WHERE o.kind = r.kind AND o.ref = r.ref AND o.field = r.field`,
        [JSON.stringify(dropped.map(({ kind, ref, field }) => ({ kind, ref, field })))],
      );
      await recordDeed(transaction, dropped, {
        manager: config.name,
        cause,
        who: options.who,
        started: context.now(),
        code: 'override-dropped',
        did: 'no longer as a person set it',
        packOf: ({ pack }) => pack,
        nameOf: ({ ref, field }) => `${field} of ${ref}`,
      });
      return dropped;
    });
  });
}

const cause = 'override drop';

/** A key that only a person knows has nothing to fall back to: of all of a pack's overrides it is left out. */
async function choose(
  knex: Knex,
  found: readonly OverrideEntry[],
  { ref, field }: OverrideDropOptions,
  manager: string,
): Promise<readonly OverrideEntry[]> {
  const foreign = found.find((override) => override.manager !== null && override.manager !== manager);
  if (foreign !== undefined) {
    throw new SyncError(
      'managed-by-another',
      `The pack ${foreign.pack} belongs to the manager ${foreign.manager}, not to ${manager}.`,
    );
  }
  const chosen = found.filter(({ own }) => !own);
  if (chosen.length > 0) return chosen;
  const [own] = found;
  if (own === undefined) throw await unknownOverride(knex, ref, field);
  throw new SyncError(
    'no-default',
    `The pack ${own.pack} has no default for ${own.field}: nothing would take its place.`,
    {
      hint: 'It is kept as a person set it. Remove the key from the config of the pack in Attune to be rid of it.',
    },
  );
}

async function unknownOverride(knex: Knex, ref: string, field: string | undefined): Promise<SyncError> {
  const all = await findOverrides(knex, {}).catch(() => []);
  const found = nearest(ref, [...new Set(all.flatMap((one) => [one.ref, one.pack]))].sort());
  const what = field === undefined ? ref : `${field} of ${ref}`;
  return new SyncError('unknown-override', `Nobody has set ${what} otherwise than its pack says.`, {
    hint:
      found === undefined || found === ref ? '`attune-sync override list` shows them all.' : `Did you mean ${found}?`,
  });
}

function changedMeanwhile(): SyncError {
  return new SyncError('changed-meanwhile', 'The overrides changed after they were shown, so nothing was dropped.', {
    hint: 'Look at them again with `attune-sync override list`.',
    retry: 'soon',
  });
}
