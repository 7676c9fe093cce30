import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SyncError } from '../errors.ts';
import { parseSavedPlan } from '../plan/saved/parse-saved-plan.ts';
import type { SavedPlan } from '../plan/saved/saved-plan.ts';

/** A thousand packs of twenty components, shown whole, take some 40 MiB. */
const mostBytes = 256 * 1024 * 1024;

/**
 * Reads a plan that `plan --out` wrote.
 *
 * @param name as a person gave it, relative to `directory`
 * @throws SyncError `saved-plan-missing`, and those of `parseSavedPlan`
 */
export async function readSavedPlan(name: string, directory: string): Promise<SavedPlan> {
  return parseSavedPlan(await readText(resolve(directory, name), name), name);
}

async function readText(file: string, name: string): Promise<string> {
  try {
    // A pipe or a device would never end.
    const found = await stat(file);
    if (!found.isFile()) throw missing(name, found.isDirectory() ? 'is a directory' : 'is not a regular file');
    if (found.size > mostBytes) throw missing(name, 'is too large for a saved plan');
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof SyncError) throw error;
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw missing(name, code === 'ENOENT' || code === 'ENOTDIR' ? 'does not exist' : `cannot be read (${code})`);
  }
}

function missing(name: string, what: string): SyncError {
  return new SyncError('saved-plan-missing', `${name} ${what}`, {
    hint: `To apply one pack, run \`attune-sync apply --target ${name}\`; \`attune-sync plan --out FILE\` saves a plan.`,
    retry: 'never',
  });
}
