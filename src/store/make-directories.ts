import { chmod, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a directory and its parents, which everybody may enter, whatever the umask is: Attune's workers are other
 * users. Those that are there already keep the mode they have.
 */
export async function makeDirectories(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let made = path; ; made = dirname(made)) {
    await chmod(made, 0o755);
    if (made === first) return;
  }
}
