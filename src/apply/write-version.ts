import type { Knex } from 'knex';
import type { PackStep } from './pack-step.ts';
import { runStatement } from './run-statement.ts';

/**
 * Records which content is installed from now on, and that the one before it is superseded, where the content of the
 * pack changes; and the hold that a rollback begins, or that a change ends.
 */
export async function writeVersion(transaction: Knex.Transaction, step: PackStep, who: string): Promise<void> {
  const { change, wanted, source } = step;
  const { version, digest } = wanted.content;
  if (change.record !== null && change.from?.digest !== digest) {
    // A version that somebody rolls back to keeps the time at which its source gave it: `rollback` goes by that order.
    const installed = wanted.held === undefined ? 'now()' : 'attune_sync.version.installed';
    await runStatement(
      transaction,
      `WITH superseded AS (
         UPDATE attune_sync.version SET superseded = now() WHERE pack = ? AND digest <> ? AND superseded IS NULL
       )
       INSERT INTO attune_sync.version (pack, version, digest, source) VALUES (?, ?, ?, ?::jsonb)
       ON CONFLICT (pack, digest) DO UPDATE SET version = EXCLUDED.version, source = EXCLUDED.source,
         installed = ${installed}, superseded = NULL`,
      [change.ref, digest, change.ref, version, digest, JSON.stringify(source)],
    );
  }
  if (change.hold?.op === 'begin') await beginHold(transaction, step, who);
  if (change.hold?.op === 'end') await endHolds(transaction, [change.ref]);
}

/** Ends rollbacks that hold nothing back any more. */
export async function endHolds(transaction: Knex.Transaction, packs: readonly string[]): Promise<void> {
  await transaction.raw('DELETE FROM attune_sync.hold WHERE pack = ANY(?::text[])', [[...packs]]);
}

/**
 * Of a pack that is removed: none of its versions is installed any more. From now on its files are swept by the same
 * rules as those of every superseded version. A rollback stays in force: what it holds back must not return with the
 * document.
 */
export async function supersedeVersions(transaction: Knex.Transaction, pack: string): Promise<void> {
  await transaction.raw('UPDATE attune_sync.version SET superseded = now() WHERE pack = ? AND superseded IS NULL', [
    pack,
  ]);
}

async function beginHold(
  transaction: Knex.Transaction,
  { change: { ref, hold } }: PackStep,
  who: string,
): Promise<void> {
  if (hold?.op !== 'begin') return;
  await transaction.raw(
    `INSERT INTO attune_sync.hold (pack, digest, version, commit, to_digest, who, why)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (pack) DO UPDATE SET digest = EXCLUDED.digest, version = EXCLUDED.version, commit = EXCLUDED.commit,
       to_digest = EXCLUDED.to_digest, who = EXCLUDED.who, why = EXCLUDED.why, created = now()`,
    [ref, hold.digest, hold.version, hold.commit, hold.toDigest, who, hold.why],
  );
}
