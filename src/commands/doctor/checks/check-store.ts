import { access, constants, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Context } from '../../../context.ts';
import type { Database } from '../../../database/database.ts';
import { environmentsDirectory } from '../../../environments/paths.ts';
import { stagingDirectory } from '../../../store/paths.ts';
import { findGroupId } from '../../../store/set-modes.ts';
import { findMismatch, readStoreId } from '../../../store/store-id.ts';
import { asFinding, type Finding, failure, findingsOf, ok, skipped } from '../finding.ts';

/**
 * The pack store and `stateDir`: whether this user may write there, whether staging is on the store's file system, and
 * whether store and database belong together. By the rights and the devices alone: no file is made to try it.
 */
export async function checkStore({ config }: Context, database: Database | null): Promise<readonly Finding[]> {
  const { packStore, stateDir, environments } = config;
  const { directory, group } = packStore;
  const places = [
    ['The pack store', directory],
    ['stateDir', stateDir],
    ...(environments.directory === undefined ? [] : [['environments.directory', environments.directory] as const]),
  ] as const;
  const found = await Promise.all([
    ...places.map(([what, place]) => checkWritable(what, place)),
    checkDevices(directory),
    group === undefined ? [] : checkGroup(group),
    database === null
      ? [skipped('Whether it belongs to the database is not known, because that does not answer.')]
      : checkId(directory, database),
  ]);
  return found.flat();
}

async function checkWritable(what: string, directory: string): Promise<readonly Finding[]> {
  const place = await findExisting(directory);
  try {
    await access(place, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    const message = `${what} ${directory} cannot be written to: this user may not write in ${place} (${code}).`;
    const hint = code === 'EROFS' ? 'Mount it for writing.' : 'Give the directory to the user that applies.';
    return [failure('disk-denied', message, hint)];
  }
  return [
    ok(
      place === directory
        ? `${what} ${directory} can be written to.`
        : `${what} ${directory} is made by the first apply.`,
    ),
  ];
}

/** Publishing is a rename, which no file system lets pass to another one. */
async function checkDevices(store: string): Promise<readonly Finding[]> {
  const own = await deviceOf(store);
  const parts = [stagingDirectory, '.versions', environmentsDirectory];
  const devices = await Promise.all(parts.map((name) => deviceOf(join(store, name))));
  return parts.flatMap((name, index) => {
    const device = devices[index] ?? null;
    if (own === null || device === null || device === own) return [];
    const message = `${join(store, name)} is on another file system than the pack store.`;
    return [failure('store-split', message, 'Publishing is a rename: mount the pack store whole, not parts of it.')];
  });
}

async function checkGroup(group: string): Promise<readonly Finding[]> {
  const id = await findGroupId(group);
  const own = process.getuid?.() === 0 || [process.getegid?.(), ...(process.getgroups?.() ?? [])].includes(id);
  if (own) return [ok(`packStore.group ${group} can be given to what is published.`)];
  const message = `packStore.group names ${group}, which this user is not in: it cannot be given to what is published.`;
  return [
    failure('group-denied', message, `Add the user to it, as in \`usermod -aG ${group} USER\`, and start this anew.`),
  ];
}

async function checkId(store: string, database: Database): Promise<readonly Finding[]> {
  const mismatch = await findMismatch(store, database).catch((error: unknown) => findingsOf(error));
  if (mismatch === null) {
    const id = await readStoreId(store);
    return [
      ok(
        id === null
          ? 'The pack store and the database are joined by the first apply.'
          : 'The pack store belongs to this database.',
      ),
    ];
  }
  return 'problems' in mismatch ? mismatch.problems.map(asFinding) : mismatch;
}

async function deviceOf(path: string): Promise<number | null> {
  return stat(path).then(
    ({ dev }) => dev,
    () => null,
  );
}

async function findExisting(path: string): Promise<string> {
  if ((await deviceOf(path)) !== null || dirname(path) === path) return path;
  return findExisting(dirname(path));
}
