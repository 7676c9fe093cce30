import { chmod } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeDirectory } from '../make-directory.ts';

/**
 * Makes a directory and its parents, which everybody may enter, whatever the umask is: Attune's workers are other
 * users. Those that are there already keep the mode they have.
 */
export async function makeDirectories(path: string): Promise<void> {
  const first = await makeDirectory(path);
  if (first === undefined) return;
  for (let made = path; ; made = dirname(made)) {
    await chmod(made, 0o755);
    if (made === first) return;
  }
}
