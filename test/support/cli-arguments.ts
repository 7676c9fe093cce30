import { fileURLToPath } from 'node:url';

/** How the runner tells the tests where the compiled command line is. */
export const cliVariable = 'ATTUNE_SYNC_TEST_CLI';

/** What node runs for the command line: compiled, or its source where a test file is run by hand. */
export function cliArguments(): readonly string[] {
  const compiled = process.env[cliVariable];
  if (compiled !== undefined) return [compiled];
  return ['--import', import.meta.resolve('tsx'), fileURLToPath(new URL('../../src/cli.ts', import.meta.url))];
}
