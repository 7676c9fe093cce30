import type { Knex } from 'knex';
import { beginRun, finishRun, recordChange } from '../apply/record-run.ts';
import type { PackResult } from '../apply/result.ts';
import type { DatabaseContext } from '../context.ts';
import { migrateSync, syncSchemaVersion } from '../database/migrate.ts';
import { withWriter } from '../database/writer-lock.ts';
import { type Problem, problem, SyncError } from '../errors.ts';

export interface PackTransferOptions {
  readonly refs: readonly string[];
  /** The manager that gets them. */
  readonly to: string;
  /** For history: `user@host`. */
  readonly who: string;
  readonly lockTimeoutMs: number;
  /** Asked before anything is written; without it the answer is yes. */
  readonly confirm?: (transfer: PackTransfer) => Promise<boolean>;
}

export interface PackTransfer {
  readonly from: string;
  readonly to: string;
  /** By ref. */
  readonly packs: readonly { readonly ref: string; readonly version: string }[];
}

/**
 * Gives packs of this manager to another: only the inventory and history change. The receiver removes none of them
 * before a document of its own has been applied to it. All of them are given, or none.
 *
 * @returns what was given; null where the answer was no
 * @throws SyncError `transfer-refused` with every pack that is not this manager's, and why; `invalid-manager`
 */
export async function packTransfer(
  context: DatabaseContext,
  options: PackTransferOptions,
): Promise<PackTransfer | null> {
  const { config, database, log, signal } = context;
  checkReceiver(config.name, options.to);
  const refs = [...new Set(options.refs)].sort();
  const asked = { from: config.name, to: options.to, refs };
  const hasInventory = (await syncSchemaVersion(database)) !== null;
  const planned = await readTransfer(database.knex, asked, hasInventory);
  if (options.confirm !== undefined && !(await options.confirm(planned))) return null;
  const onWait = (holder: string) => log.info(`Waiting for the writer lock, held by ${holder}.`);
  const lock = { holder: `${cause} by ${options.who}`, timeoutMs: options.lockTimeoutMs, signal, onWait };
  return withWriter(database, lock, async (writer) => {
    await migrateSync(database, writer);
    return writer.transaction(async (transaction) => {
      const transfer = await readTransfer(transaction, asked, true);
      await transaction.raw(
        `UPDATE attune_sync.pack SET manager = ?, given_by = ?, updated = now() WHERE ref = ANY(?::text[])`,
        [transfer.to, transfer.from, refs],
      );
      const run = { who: options.who, started: context.now() };
      await recordTransfer(transaction, transfer, { ...run, manager: transfer.from, isGiver: true });
      await recordTransfer(transaction, transfer, { ...run, manager: transfer.to, isGiver: false });
      return transfer;
    });
  });
}

const cause = 'pack transfer';

function checkReceiver(from: string, to: string): void {
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(to)) {
    throw new SyncError('invalid-manager', `${to} cannot be the name of a manager`, {
      hint: 'It is the `name` of the other configuration: a lower-case letter, then lower-case letters, digits or hyphens.',
    });
  }
  if (from === to) {
    throw new SyncError('invalid-manager', `${to} is this manager itself`, {
      hint: 'Name the other configuration with --to.',
    });
  }
}

interface Row {
  readonly ref: string;
  readonly manager: string | null;
  readonly version: string;
}

async function readTransfer(
  knex: Knex,
  { from, to, refs }: { from: string; to: string; refs: readonly string[] },
  hasInventory: boolean,
): Promise<PackTransfer> {
  const { rows } = (await knex.raw(
    hasInventory
      ? `SELECT coalesce(s.ref, p.ref) AS ref, s.manager, coalesce(s.version, p.version) AS version
           FROM pack p FULL JOIN attune_sync.pack s ON s.ref = p.ref WHERE coalesce(s.ref, p.ref) = ANY(?::text[])`
      : `SELECT ref, NULL AS manager, version FROM pack WHERE ref = ANY(?::text[])`,
    [[...refs]],
  )) as { rows: Row[] };
  const found = new Map(rows.map((row) => [row.ref, row]));
  const problems = refs.flatMap((ref) => whyNot(ref, found.get(ref), from) ?? []);
  if (problems.length > 0) throw new SyncError('transfer-refused', 'Nothing was transferred.', { problems });
  return { from, to, packs: refs.map((ref) => ({ ref, version: found.get(ref)?.version ?? '' })) };
}

function whyNot(ref: string, row: Row | undefined, from: string): Problem | null {
  if (row?.manager === from) return null;
  if (row === undefined) {
    return problem('error', 'unknown-pack', `Attune has no pack ${ref}.`, {
      hint: `\`attune-sync pack list --manager ${from}\` shows the packs of this manager.`,
    });
  }
  if (row.manager === null) {
    return problem('error', 'unmanaged-pack', `The pack ${ref} has no manager.`, {
      hint: 'Whichever manager has a document that names it adopts it.',
    });
  }
  return problem(
    'error',
    'managed-by-another',
    `The pack ${ref} belongs to the manager ${row.manager}, not to ${from}.`,
    {
      hint: `Only ${row.manager} can give it away: run this with its configuration.`,
    },
  );
}

interface Side {
  readonly manager: string;
  readonly isGiver: boolean;
  readonly who: string;
  readonly started: Date;
}

/** Both managers can tell later what became of the pack. */
async function recordTransfer(transaction: Knex.Transaction, transfer: PackTransfer, side: Side): Promise<void> {
  const { manager, isGiver, who, started } = side;
  const targets = transfer.packs.map(({ ref }) => ref);
  const run = await beginRun(transaction, { manager, cause, who, started, targets, entries: {} });
  const sentence = isGiver ? `transferred to ${transfer.to}` : `transferred from ${transfer.from}`;
  for (const { ref, version } of transfer.packs) {
    const same = { version, digest: null, commit: null };
    const result: PackResult = {
      ref,
      action: isGiver ? 'forget' : 'adopt',
      reason: { code: 'transferred', sentence },
      outcome: 'applied',
      from: same,
      to: same,
      problems: [],
      retry: false,
      durationMs: 0,
    };
    await recordChange(transaction, run, result);
  }
  await finishRun(transaction, run, { outcome: 'applied', packs: [], problems: [] }, cause);
}
