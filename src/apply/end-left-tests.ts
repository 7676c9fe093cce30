import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { endCommands } from '../environments/kill-family.ts';
import { removeTree } from '../environments/remove-tree.ts';

/** Before the name of every directory that tests run in. */
export const testsPrefix = 'tests-';

/**
 * Ends the tests that a killed run left running, which no deadline ends any more, and removes what they ran in. Must run
 * under the writer lock: whoever has it is the only one who tests.
 *
 * @param staging where tests run
 */
export async function endLeftTests(staging: string): Promise<void> {
  for (const name of await readdir(staging).catch(() => [])) {
    if (!name.startsWith(testsPrefix)) continue;
    const root = join(staging, name);
    endCommands(root);
    // What cannot be removed now is swept a day later.
    await removeTree(root).catch(() => {});
  }
}
