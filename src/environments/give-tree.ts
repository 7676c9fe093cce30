import { lchownSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createRest } from '../packs/files/rest.ts';
import type { RunUser } from './run-command.ts';

/** Makes a user the owner of a directory and all that is in it. Links are not followed. */
export async function giveTree(directory: string, user: RunUser): Promise<void> {
  const rest = createRest();
  const give = async (path: string): Promise<void> => {
    lchownSync(path, user.uid, user.gid);
    if (!lstatSync(path).isDirectory()) return;
    for (const name of readdirSync(path)) {
      await rest();
      await give(join(path, name));
    }
  };
  await give(directory);
}
