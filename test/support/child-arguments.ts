import { join, relative } from 'node:path';

/** How the runner tells the tests where `bundleTests` put their scripts. */
export const scriptsVariable = 'ATTUNE_SYNC_TEST_SCRIPTS';

/** What node runs for a script that a test starts: bundled, or its source where a test file is run by hand. */
export function childArguments(source: string): readonly string[] {
  const bundled = process.env[scriptsVariable];
  if (bundled === undefined) return ['--import', import.meta.resolve('tsx'), source];
  return [join(bundled, relative(root, source).replace(/\.ts$/, '.mjs'))];
}

const root = join(import.meta.dirname, '../..');
