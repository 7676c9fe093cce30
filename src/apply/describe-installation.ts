import { join } from 'node:path';
import type { Knex } from 'knex';
import type { RecordedSource } from '../actual/actual.ts';
import type { PackPart, PackStep } from './pack-step.ts';
import { runStatement } from './run-statement.ts';

/** The login of the identity that `installed_by` points at. */
const login = 'attune-sync';
const installer = `(SELECT i.id FROM identity i WHERE i.login = '${login}')`;

/**
 * Attune's installation metadata (seed 000): where the content came from, who installed it, where it is.
 * A repair installs nothing new and leaves the time as it was.
 */
export function describeInstallation({ wanted, change, source, packStore }: PackStep): PackPart {
  const keepsTime = change.action === 'repair' && change.pack.id !== null;
  return {
    types: {
      source_type: 'text',
      source_url: 'text',
      source_ref: 'text',
      checksum: 'text',
      checksum_verified: 'boolean',
      storage_path: 'text',
    },
    expressions: {
      source_type: 'r.source_type',
      source_url: 'r.source_url',
      source_ref: 'r.source_ref',
      checksum: 'r.checksum',
      checksum_verified: 'r.checksum_verified',
      storage_path: 'r.storage_path',
      installed_at: keepsTime ? 'coalesce(t.installed_at, now())' : 'now()',
      installed_by: installer,
      installation_method: "'sync'",
    },
    row: {
      ...describeSource(source),
      checksum: wanted.content.digest,
      checksum_verified: wanted.document.checksum !== undefined,
      storage_path: join(packStore, wanted.ref),
    },
  };
}

/** `source_ref` holds what was followed and the commit it led to, because Attune has no column for the commit. */
function describeSource({ type, url, ref, commit, path }: RecordedSource) {
  if (type === 'directory') return { source_type: 'local_directory', source_url: url, source_ref: null };
  const followed = ref === commit ? commit : `${ref}@${commit}`;
  const place = path === '' || path === null ? url : `${url}//${path}`;
  return { source_type: 'git', source_url: place, source_ref: followed };
}

/** The identity that installs, made once. It has no password, so nobody can log in with it. */
export async function makeInstaller(transaction: Knex.Transaction, packId: string): Promise<void> {
  await runStatement(
    transaction,
    `INSERT INTO identity (login, display_name) VALUES ('${login}', 'Attune Sync') ON CONFLICT (login) DO NOTHING`,
    [],
  );
  await runStatement(transaction, `UPDATE pack SET installed_by = ${installer} WHERE id = ?`, [packId]);
}
