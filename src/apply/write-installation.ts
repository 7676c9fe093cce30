import { join } from 'node:path';
import type { Knex } from 'knex';
import type { ResolvedSource, WantedPack } from '../desired/desired.ts';

const login = 'attune-sync';

/** Fills Attune's installation metadata (seed 000): where the content came from, who installed it, where it is. */
export async function writeInstallation(
  transaction: Knex.Transaction,
  packId: string,
  wanted: WantedPack,
  packStore: string,
): Promise<void> {
  const installer = await ensureInstaller(transaction);
  const { type, url, ref } = describeSource(wanted.source);
  await transaction.raw(
    `UPDATE pack SET source_type = ?, source_url = ?, source_ref = ?, checksum = ?, checksum_verified = ?,
            installed_at = now(), installed_by = ?, installation_method = 'sync', storage_path = ?
      WHERE id = ?`,
    [
      type,
      url,
      ref,
      wanted.content.digest,
      wanted.document.checksum !== undefined,
      installer,
      join(packStore, wanted.ref),
      packId,
    ],
  );
}

/** `source_ref` holds what was followed and the commit it led to, because Attune has no column for the commit. */
function describeSource(source: ResolvedSource): { type: string; url: string; ref: string | null } {
  if (source.type === 'directory') return { type: 'local_directory', url: source.path, ref: null };
  const ref = source.ref === source.commit ? source.commit : `${source.ref}@${source.commit}`;
  return { type: 'git', url: source.path === '' ? source.url : `${source.url}//${source.path}`, ref };
}

/** The identity `installed_by` points at, made once. It has no password, so nobody can log in with it. */
async function ensureInstaller(transaction: Knex.Transaction): Promise<string | null> {
  const find = async () => {
    const { rows } = (await transaction.raw('SELECT id FROM identity WHERE login = ?', [login])) as {
      rows: { id: string }[];
    };
    return rows[0]?.id ?? null;
  };
  const found = await find();
  if (found !== null) return found;
  await transaction.raw(
    `INSERT INTO identity (login, display_name) VALUES (?, 'Attune Sync') ON CONFLICT (login) DO NOTHING`,
    [login],
  );
  return find();
}
