import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { Problem } from '../errors.ts';
import { compareRefs } from '../plan/compare-refs.ts';
import { causeOf } from '../problems/gather-shared.ts';
import { sayPlaced } from '../problems/say-placed.ts';
import type { PackResult, RunResult } from './result.ts';
import { runStatement } from './run-statement.ts';

export interface RunHead {
  readonly manager: string;
  /** `apply`, `daemon`, or the verb that a person gave. */
  readonly cause: string;
  /** Who runs this process, for people: `user@host`. */
  readonly who: string;
  readonly started: Date;
  /** Null: all packs. A run over some says nothing of the others. */
  readonly targets: readonly string[] | null;
  /** Documents each entry gave. */
  readonly entries: Readonly<Record<string, number>>;
}

/** A run under way; it gets its id, and its row, with its first change. */
export interface Run extends RunHead {
  id: string | null;
}

/** How a run ended: its outcome and everything that did not go well. */
export interface Ending {
  readonly outcome: RunResult['outcome'];
  readonly packs: readonly PackResult[];
  readonly problems: readonly Problem[];
}

/** Makes the row of a run, as unfinished, in the transaction of its first change; returns its id. */
export async function beginRun(transaction: Knex.Transaction, head: RunHead): Promise<string> {
  const { rows } = (await transaction.raw(
    `INSERT INTO attune_sync.run (manager, cause, who, started, targets, outcome, entries, signature)
     VALUES (?, ?, ?, ?, ?::text[], 'failed', ?::jsonb, 'unfinished') RETURNING id`,
    [
      head.manager,
      head.cause,
      head.who,
      head.started,
      head.targets === null ? null : [...head.targets],
      JSON.stringify(head.entries),
    ],
  )) as { rows: { id: string }[] };
  return rows[0]?.id ?? '';
}

/** Records what became of one pack; an applied one in the very transaction that applied it. */
export async function recordChange(transaction: Knex.Transaction, run: string, result: PackResult): Promise<void> {
  await runStatement(
    transaction,
    `INSERT INTO attune_sync.run_change (run, position, pack, action, reason_code, reason, outcome, message,
       from_version, from_commit, to_version, to_commit, duration_ms)
     SELECT ?::bigint, (SELECT coalesce(max(position), 0) + 1 FROM attune_sync.run_change WHERE run = ?::bigint), ${Array(11).fill('?').join(', ')}`,
    [
      run,
      run,
      result.ref,
      result.action ?? 'none',
      result.reason?.code ?? 'unreadable',
      result.reason?.sentence ?? 'its content could not be read',
      result.outcome,
      result.problems.map(sayPlaced).join('; ') || null,
      result.from?.version ?? null,
      result.from?.commit ?? null,
      result.to?.version ?? null,
      result.to?.commit ?? null,
      Math.round(result.durationMs),
    ],
  );
}

/** Closes the run: what was not applied, the problems of documents, the outcome. */
export async function finishRun(
  transaction: Knex.Transaction,
  run: string,
  ending: Ending,
  signature: string,
): Promise<void> {
  for (const result of ending.packs.filter(({ outcome }) => outcome !== 'applied')) {
    await recordChange(transaction, run, result);
  }
  await transaction.raw(
    `UPDATE attune_sync.run SET outcome = ?, signature = ?, problems = ?::jsonb, ended = now() WHERE id = ?`,
    [ending.outcome, signature, JSON.stringify(ending.problems), run],
  );
}

/**
 * How many executions a removal still waits for changes with every one that ends, and what is free on a disk with
 * everybody who writes to it: neither is other trouble.
 */
function nameTrouble(problem: Problem): string {
  return problem.code === 'draining' ? problem.code : causeOf(problem);
}

/** Everything that did not go well, as a digest: the same trouble twice is recorded once (design §2.7). */
export function signRun(ending: Omit<Ending, 'outcome'>, entries: RunHead['entries']): string {
  const trouble = ending.packs
    .filter(({ outcome }) => outcome !== 'applied')
    .map(({ ref, outcome, problems }) => [ref, outcome, problems.map(nameTrouble)] as const)
    .sort(([one], [other]) => compareRefs(one, other));
  // A warning of a pack that changes is said with its change, and no news once that is applied.
  const problems = ending.problems
    .filter(({ severity }) => severity === 'error')
    .map(({ code, message, where }) => [code, message, where]);
  const counts = Object.entries(entries).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([counts, trouble, problems]))
    .digest('hex');
}
