import type { Knex } from 'knex';
import { SyncError } from '../errors.ts';
import { packColumns } from '../packs/kinds.ts';
import type { PackChange } from '../plan/plan.ts';
import { describeInstallation, makeInstaller } from './describe-installation.ts';
import type { PackPart, PackStep } from './pack-step.ts';
import { recordset, shapeOfColumns, writeSet } from './row-sets.ts';
import { describeConfig, markRestored, preserveKeys } from './write-config.ts';

interface PackRow {
  readonly id: string;
  /** Whether the identity that installs is there. */
  readonly has_installer: boolean;
}

/**
 * Creates or updates the pack's own row in one statement: its columns, its config, and where it was installed from.
 *
 * @returns its id
 * @throws SyncError `changed-meanwhile` where the row is not the one that was planned
 */
export async function writePack(transaction: Knex.Transaction, step: PackStep): Promise<string> {
  const { change } = step;
  const { id, set, config } = change.pack;
  await preserveKeys(transaction, change);
  const names = Object.keys(set);
  const parts: readonly PackPart[] = [
    { ...shapeOfColumns(names, { ...packColumns, checksum_verified: { type: 'boolean' } }), row: set },
    ...(config.length === 0 ? [] : [describeConfig(step)]),
    ...(change.files ? [describeInstallation(step)] : []),
  ];
  const part = joinParts(parts);
  if (id !== null && Object.keys(part.expressions).length === 0) return id;
  const rows = await (id === null ? insertPack(transaction, part, change) : updatePack(transaction, part, change, id));
  const written = requireRow(rows, change);
  if (change.files && !written.has_installer) await makeInstaller(transaction, written.id);
  await markRestored(transaction, config);
  return written.id;
}

function joinParts(parts: readonly PackPart[]): PackPart {
  return {
    types: Object.assign({}, ...parts.map(({ types }) => types)),
    expressions: Object.assign({}, ...parts.map(({ expressions }) => expressions)),
    row: Object.assign({}, ...parts.map(({ row }) => row)),
  };
}

function insertPack(transaction: Knex.Transaction, part: PackPart, { ref }: PackChange): Promise<PackRow[]> {
  const columns = Object.keys(part.expressions);
  return writeSet<PackRow>(
    transaction,
    `INSERT INTO pack (${['ref', ...columns].join(', ')})
     SELECT ${['r.ref', ...Object.values(part.expressions)].join(', ')}
       FROM ${recordset({ ref: 'text', ...part.types })}
     RETURNING id, installed_by IS NOT NULL AS has_installer`,
    [{ ...part.row, ref }],
  );
}

function updatePack(transaction: Knex.Transaction, part: PackPart, { ref }: PackChange, id: string) {
  const assignments = Object.entries(part.expressions).map(([column, expression]) => `${column} = ${expression}`);
  return writeSet<PackRow>(
    transaction,
    `UPDATE pack AS t SET ${assignments.join(', ')}
       FROM ${recordset({ ref: 'text', row_id: 'text', ...part.types })}
      WHERE t.ref = r.ref AND t.id = r.row_id::bigint RETURNING t.id, t.installed_by IS NOT NULL AS has_installer`,
    [{ ...part.row, ref, row_id: id }],
  );
}

function requireRow(rows: readonly PackRow[], change: PackChange): PackRow {
  const [row] = rows;
  if (row !== undefined) return row;
  throw new SyncError('changed-meanwhile', `the pack ${change.ref} changed in Postgres while it was being written`, {
    hint: 'Nothing of this pack was written; the next run plans it again.',
    retry: 'soon',
  });
}
