import type { Knex } from 'knex';
import type { DatabaseContext } from '../context.ts';
import type { Desired } from '../desired/desired.ts';
import { problem, SyncError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { type Reconciled, reconcile } from '../reconcile.ts';
import { hasSyncTables } from './queries/has-sync-tables.ts';

export interface EndPackOptions {
  /** remove: its rows and links go. forget: they stay, and nobody manages it any more. */
  readonly what: 'remove' | 'forget';
  readonly ref: string;
  /** For history: `user@host`. */
  readonly who: string;
  readonly lockTimeoutMs: number;
  /** That others declare it as a dependency does not matter. */
  readonly skipDependencies?: boolean;
  /** Asked with the plan before anything is written; without it the answer is yes. */
  readonly confirm?: (plan: Plan) => Promise<boolean>;
  readonly onPlan?: (plan: Plan) => void;
}

/**
 * Removes or forgets one pack of this manager that no document names, whatever `prune` says. It is planned, shown and
 * applied like everything else, so that what uses it blocks it and what people made is set aside.
 *
 * @throws SyncError `still-desired` with the place of the document, `absence-unproven`, `unknown-pack`,
 *   `unmanaged-pack`, `managed-by-another`
 */
export async function endPack(context: DatabaseContext, options: EndPackOptions): Promise<Reconciled> {
  const { what, ref, who, lockTimeoutMs, skipDependencies = false, confirm, onPlan } = options;
  const recorded = await hasSyncTables(context.database);
  await refuseOthers(context.database.knex, { ref, manager: context.config.name, recorded });
  return reconcile(context, {
    cause: what === 'remove' ? 'pack remove' : 'forget',
    who,
    lockTimeoutMs,
    skipDependencies,
    targets: [ref],
    asked: { [what]: [ref] },
    onDesired: (desired) => refuseDesired(desired, ref, what),
    ...(onPlan === undefined ? {} : { onPlan }),
    ...(confirm === undefined ? {} : { confirm }),
  });
}

async function refuseOthers(
  knex: Knex,
  { ref, manager, recorded }: { ref: string; manager: string; recorded: boolean },
): Promise<void> {
  const { rows } = (await knex.raw(
    recorded
      ? `SELECT s.manager FROM pack p FULL JOIN attune_sync.pack s ON s.ref = p.ref WHERE coalesce(s.ref, p.ref) = ?`
      : `SELECT NULL AS manager FROM pack WHERE ref = ?`,
    [ref],
  )) as { rows: { manager: string | null }[] };
  const [row] = rows;
  if (row?.manager === manager) return;
  if (row === undefined) {
    throw new SyncError('unknown-pack', `Attune has no pack ${ref}.`, {
      hint: '`attune-sync pack list` shows those that it has.',
    });
  }
  if (row.manager === null) {
    throw new SyncError('unmanaged-pack', `The pack ${ref} has no manager: attune-sync did not install it.`, {
      hint: "Use Attune's own means to remove it, or name it in a document first, so that it is adopted.",
    });
  }
  throw new SyncError(
    'managed-by-another',
    `The pack ${ref} belongs to the manager ${row.manager}, not to ${manager}.`,
    {
      hint: `Run this with the configuration of ${row.manager}, or have it give the pack away with \`attune-sync pack transfer\`.`,
    },
  );
}

/** What is desired would be installed, or adopted, again with the next run. */
function refuseDesired(desired: Desired, ref: string, what: 'remove' | 'forget'): void {
  const { places = {}, mentioned, complete, problems } = desired;
  const where = Object.hasOwn(places, ref) ? places[ref] : undefined;
  if (where !== undefined || mentioned.includes(ref)) {
    const hint =
      what === 'remove'
        ? 'Remove the document; then the pack is removed with the next run, or by this command.'
        : 'Write `state: unmanaged` into the document: then the pack stays, and the next run forgets it.';
    const message = `The pack ${ref} is still desired${where === undefined ? '' : ' by its document'}.`;
    throw new SyncError('still-desired', message, { hint, ...(where === undefined ? {} : { where }) });
  }
  if (complete) return;
  const message = `Not all of the desired state could be read, so a document may name ${ref}.`;
  const hint = 'Nothing was written. Mend the documents first; `attune-sync validate` shows what is wrong.';
  const errors = problems.filter(({ severity }) => severity === 'error');
  throw new SyncError('absence-unproven', message, {
    problems: [...errors, problem('error', 'absence-unproven', message, { hint })],
  });
}
