import type { Knex } from 'knex';
import { publishAnnouncements, tryPublishing } from '../../announcements/publish-announcements.ts';
import { writeAnnouncements } from '../../announcements/write-announcements.ts';
import { restoreSetAside } from '../../apply/restore-set-aside.ts';
import type { DatabaseContext } from '../../context.ts';
import { migrateSync } from '../../database/migrate.ts';
import { withWriter } from '../../database/writer-lock.ts';
import { explainWaiting } from './explain-waiting.ts';
import type { ListedEntry } from './list-preserved.ts';
import { type PreservedFilter, readPreserved } from './read-preserved.ts';
import { recordPreserved } from './record-preserved.ts';
import { checkIds, unknownIds } from './unknown-ids.ts';

export interface RestorePreservedOptions extends PreservedFilter {
  /** For history: `user@host`. */
  readonly who: string;
  readonly lockTimeoutMs: number;
}

export interface RestoredEntry extends ListedEntry {
  readonly restored: boolean;
}

/**
 * Puts rows that are set aside back now, as far as their places exist. Nothing is overwritten: a row whose place is
 * taken stays set aside, and `waits` says why.
 *
 * @throws SyncError `unknown-preserved`; nothing was written then
 */
export async function restorePreserved(
  context: DatabaseContext,
  { pack, ids, who, lockTimeoutMs }: RestorePreservedOptions,
): Promise<readonly RestoredEntry[]> {
  const { config, database, log, signal } = context;
  if (ids !== undefined) checkIds(ids);
  const filter = { ...(pack === undefined ? {} : { pack }), ...(ids === undefined ? {} : { ids }) };
  const onWait = (holder: string) => log.info(`Waiting for the writer lock, held by ${holder}.`);
  const lock = { holder: `${cause} by ${who}`, timeoutMs: lockTimeoutMs, signal, onWait };
  return withWriter(database, lock, async (writer) => {
    await migrateSync(database, writer);
    const entries = await writer.transaction(async (transaction) => {
      const rows = await readPreserved(transaction, filter);
      const missing = (ids ?? []).filter((id) => !rows.some((row) => row.id === id));
      if (missing.length > 0) throw unknownIds(missing);
      const asked = rows.map(({ id }) => id);
      const relinked: string[] = [];
      const done = new Set([
        ...(await restoreSetAside(transaction, { ids: asked }, (refs) => relinked.push(...refs))),
        ...(await restoreConfig(transaction, asked)),
      ]);
      const told = { pack: pack ?? rows[0]?.pack ?? '', registered: false, rules: [], sensors: [], triggers: [] };
      if (config.messageQueue !== undefined && done.size > 0) {
        await writeAnnouncements(transaction, told, { manager: config.name, directory: null, relinked });
      }
      const waiting = await explainWaiting(
        transaction,
        rows.filter(({ id }) => !done.has(id)),
      );
      const run = { manager: config.name, who, started: context.now(), cause };
      await recordPreserved(
        transaction,
        rows.filter(({ id }) => done.has(id)),
        { ...run, code: 'set-aside-restored', did: 'put back by a person' },
      );
      return rows.map((row) => {
        const restored = done.has(row.id);
        return { ...row, restored, waits: restored ? null : (waiting.get(row.id) ?? taken) };
      });
    });
    if (entries.some(({ restored }) => restored))
      await tryPublishing(context, () => publishAnnouncements(context, writer));
    return entries;
  });
}

const cause = 'preserved restore';
const taken = 'one like it is there already, or what it points at is gone';

/** Only into an empty place: a value that stands in the config is a person's or the document's. */
async function restoreConfig(transaction: Knex.Transaction, ids: readonly string[]): Promise<readonly string[]> {
  const { rows } = (await transaction.raw(
    `WITH latest AS (
       SELECT DISTINCT ON (v.pack, v.field) v.id, v.pack, v.field, v.value FROM attune_sync.preserved v
         JOIN pack p ON p.ref = v.pack
        WHERE v.restored IS NULL AND v.kind = 'config' AND v.id = ANY(?::bigint[]) AND NOT jsonb_exists(p.config, v.field)
        ORDER BY v.pack, v.field, v.id DESC
     ), given AS (
       UPDATE pack p SET config = p.config || l.config
         FROM (SELECT pack, jsonb_object_agg(field, value) AS config FROM latest GROUP BY pack) l WHERE p.ref = l.pack
       RETURNING p.ref
     )
     UPDATE attune_sync.preserved v SET restored = now() FROM latest l JOIN given g ON g.ref = l.pack
      WHERE v.id = l.id RETURNING v.id`,
    [[...ids]],
  )) as { rows: { id: string }[] };
  return rows.map(({ id }) => id);
}
