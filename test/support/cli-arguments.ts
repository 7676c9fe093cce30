import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How the runner tells the tests where the compiled program is: a directory that `compile` and `bundle` filled. */
export const programVariable = 'ATTUNE_SYNC_TEST_PROGRAM';

/** What node runs for the command line: compiled, or its source where a test file is run by hand. */
export function cliArguments(): readonly string[] {
  const compiled = process.env[programVariable];
  if (compiled !== undefined) return [join(compiled, 'bundle/src/cli.js')];
  return ['--import', import.meta.resolve('tsx'), fileURLToPath(new URL('../../src/cli.ts', import.meta.url))];
}
