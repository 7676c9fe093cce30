import { randomBytes } from 'node:crypto';
import { lstat, open, readFile, rename, rm } from 'node:fs/promises';
import { SyncError } from '../errors.ts';
import { looksSaved } from '../plan/saved/parse-saved-plan.ts';

/**
 * Writes the text of a saved plan, readable by its owner only: beside the file and then in its place, so that there is
 * the whole of it or what was there before. Only a plan saved before is written over.
 *
 * @throws SyncError `saved-plan-occupied` where something else is there, `saved-plan-unwritable`
 */
export async function writeSavedPlan(file: string, text: string): Promise<void> {
  await refuseOther(file);
  const draft = `${file}.${randomBytes(6).toString('hex')}.draft`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw unwritable(file, error);
  }
}

async function refuseOther(file: string): Promise<void> {
  const found = await lstat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw unwritable(file, error);
  });
  if (found === null) return;
  const isSaved = found.isFile() && looksSaved(await readFile(file, 'utf8').catch(() => ''));
  if (isSaved) return;
  throw new SyncError('saved-plan-occupied', `${file} is not a saved plan, and is not written over`, {
    hint: 'Name a file that does not exist, or a plan that was saved before.',
    retry: 'never',
  });
}

function unwritable(file: string, error: unknown): SyncError {
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  const why = code === 'ENOENT' ? 'its directory does not exist' : code;
  return new SyncError('saved-plan-unwritable', `${file} cannot be written (${why})`, {
    hint: 'Name a file in a directory that you may write to.',
    retry: 'never',
    cause: error,
  });
}
