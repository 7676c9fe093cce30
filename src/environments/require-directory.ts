import { lstatSync } from 'node:fs';
import { SyncError } from '../errors.ts';

/**
 * Makes sure that what a build made is a directory, and no link: what is done to it would be done to what it leads to.
 *
 * @param name of the environment in a pack's directory
 * @throws SyncError `environment-failed`
 */
export function requireDirectory(directory: string, name: string): void {
  if (lstatSync(directory).isDirectory()) return;
  throw new SyncError('environment-failed', `Its commands made something at ${name} that is no directory`, {
    hint: 'Let create_command make a directory at {env_dir}.',
  });
}
