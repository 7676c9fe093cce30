import type { DatabaseContext } from '../../context.ts';
import { migrateSync } from '../../database/migrate.ts';
import { withWriter } from '../../database/writer-lock.ts';
import { SyncError } from '../../errors.ts';
import { nearest } from '../../yaml/nearest.ts';
import { hasSyncTables } from '../queries/has-sync-tables.ts';
import { type RestartRow, readRestarts } from '../queries/read-restarts.ts';
import { recordDeed } from '../record-deed.ts';

export interface SensorsRestartedOptions {
  /** Sensors, or packs with all of theirs; none: all that wait. */
  readonly refs: readonly string[];
  /** For history: `user@host`. */
  readonly who: string;
  readonly lockTimeoutMs: number;
}

/**
 * A person says that Attune's sensor service was restarted: from now on these sensors run what is installed. Attune keeps
 * no record of its sensor processes that could be asked instead.
 *
 * @returns those that waited for it; none where nothing does
 * @throws SyncError `unknown-sensor` where one that is named does not wait; nothing was written then
 */
export async function sensorsRestarted(
  context: DatabaseContext,
  { refs, who, lockTimeoutMs }: SensorsRestartedOptions,
): Promise<readonly RestartRow[]> {
  const { config, database, log, signal } = context;
  const waiting = (await hasSyncTables(database)) ? await readRestarts(database.knex, config.name) : [];
  if (choose(waiting, refs).length === 0) return [];
  const onWait = (holder: string) => log.info(`Waiting for the writer lock, held by ${holder}.`);
  const lock = { holder: `${cause} by ${who}`, timeoutMs: lockTimeoutMs, signal, onWait };
  return withWriter(database, lock, async (writer) => {
    await migrateSync(database, writer);
    return writer.transaction(async (transaction) => {
      const chosen = choose(await readRestarts(transaction, config.name), refs);
      await transaction.raw('DELETE FROM attune_sync.sensor_restart WHERE sensor = ANY(?::text[])', [
        chosen.map(({ sensor }) => sensor),
      ]);
      await recordDeed(transaction, chosen, {
        manager: config.name,
        cause,
        who,
        started: context.now(),
        code: 'sensors-restarted',
        did: 'a person says that they were restarted',
        packOf: ({ pack }) => pack,
        nameOf: ({ sensor }) => sensor,
      });
      return chosen;
    });
  });
}

const cause = 'sensors restarted';

function choose(waiting: readonly RestartRow[], refs: readonly string[]): readonly RestartRow[] {
  if (refs.length === 0) return waiting;
  const isNamed = (ref: string) => (row: RestartRow) => row.sensor === ref || row.pack === ref;
  const unknown = refs.find((ref) => !waiting.some(isNamed(ref)));
  if (unknown !== undefined) throw unknownSensor(unknown, waiting);
  return waiting.filter((row) => refs.some((ref) => isNamed(ref)(row)));
}

function unknownSensor(ref: string, waiting: readonly RestartRow[]): SyncError {
  const found = nearest(ref, [...new Set(waiting.flatMap(({ sensor, pack }) => [sensor, pack]))].sort());
  return new SyncError('unknown-sensor', `No sensor waits for a restart as ${ref}.`, {
    hint: found === undefined ? '`attune-sync status` names those that do.' : `Did you mean ${found}?`,
  });
}
