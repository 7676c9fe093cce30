import { join } from 'node:path';
import type { Knex } from 'knex';
import type { RecordedSource } from '../actual/actual.ts';
import type { PackStep } from './pack-step.ts';

const login = 'attune-sync';

/**
 * Fills Attune's installation metadata (seed 000): where the content came from, who installed it, where it is.
 * A repair installs nothing new and leaves the time as it was.
 */
export async function writeInstallation(transaction: Knex.Transaction, packId: string, step: PackStep): Promise<void> {
  const { wanted, change, packStore } = step;
  const { type, url, ref } = describeSource(step.source);
  const { rows } = (await transaction.raw(
    `UPDATE pack SET source_type = ?, source_url = ?, source_ref = ?, checksum = ?, checksum_verified = ?,
            installed_at = CASE WHEN ?::boolean AND installed_at IS NOT NULL THEN installed_at ELSE now() END,
            installed_by = (SELECT id FROM identity WHERE login = ?), installation_method = 'sync', storage_path = ?
      WHERE id = ? RETURNING installed_by`,
    [
      type,
      url,
      ref,
      wanted.content.digest,
      wanted.document.checksum !== undefined,
      change.action === 'repair',
      login,
      join(packStore, wanted.ref),
      packId,
    ],
  )) as { rows: { installed_by: string | null }[] };
  if (rows[0]?.installed_by === null) await makeInstaller(transaction, packId);
}

/** `source_ref` holds what was followed and the commit it led to, because Attune has no column for the commit. */
function describeSource({ type, url, ref, commit, path }: RecordedSource): {
  type: string;
  url: string;
  ref: string | null;
} {
  if (type === 'directory') return { type: 'local_directory', url, ref: null };
  const followed = ref === commit ? commit : `${ref}@${commit}`;
  return { type: 'git', url: path === '' || path === null ? url : `${url}//${path}`, ref: followed };
}

/** The identity `installed_by` points at, made once. It has no password, so nobody can log in with it. */
async function makeInstaller(transaction: Knex.Transaction, packId: string): Promise<void> {
  await transaction.raw(
    `INSERT INTO identity (login, display_name) VALUES (?, 'Attune Sync') ON CONFLICT (login) DO NOTHING`,
    [login],
  );
  await transaction.raw('UPDATE pack SET installed_by = (SELECT id FROM identity WHERE login = ?) WHERE id = ?', [
    login,
    packId,
  ]);
}
