import { chmodSync, lstatSync, readdirSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Removes a directory and all in it, also where package managers left directories that not even their owner may write to,
 * as Go does, and where it is deeper than the system takes paths. Nothing there is fine.
 */
export async function removeTree(path: string): Promise<void> {
  const remove = () => rm(path, { recursive: true, force: true });
  await remove().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENAMETOOLONG') await raiseDeepest(path);
    else if (error.code === 'EACCES' || error.code === 'EPERM') openTree(path);
    else throw error;
    await remove();
  });
}

function openTree(path: string): void {
  if (!lstatSync(path).isDirectory()) return;
  chmodSync(path, 0o700);
  for (const name of readdirSync(path)) openTree(join(path, name));
}

/** Far less than any system takes, and more than package managers need. */
const longestPath = 1500;

/** Moves what lies too deep below the directory up into it, again and again, until nothing does. */
async function raiseDeepest(root: string): Promise<void> {
  const waiting = [root];
  for (let raised = 0, path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      const child = join(path, entry.name);
      if (Buffer.byteLength(child) - Buffer.byteLength(root) <= longestPath) waiting.push(child);
      else {
        const up = join(root, `raised-${raised++}`);
        await rename(child, up);
        waiting.push(up);
      }
    }
  }
}
