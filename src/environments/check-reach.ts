import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SyncError } from '../errors.ts';
import type { RunUser } from './run-command.ts';

/**
 * Makes sure that the user who builds may enter a directory and all above it: a command that may not only says that
 * something is not there.
 *
 * @throws SyncError `user-kept-out` with the first that is closed
 */
export async function checkReach(directory: string, user: RunUser): Promise<void> {
  const parent = dirname(directory);
  if (parent !== directory) await checkReach(parent, user);
  const { mode, uid, gid } = await stat(directory);
  const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  if (user.uid === 0 || (mode & bit) !== 0) return;
  throw new SyncError(
    'user-kept-out',
    `The user ${user.uid} of environments.runAs may not enter ${directory}, and builds below it`,
    { hint: `Let that user in (chmod o+x ${directory}), or put packStore where it may go.`, retry: 'soon' },
  );
}
