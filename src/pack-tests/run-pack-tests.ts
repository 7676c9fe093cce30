import { removeTree } from '../environments/remove-tree.ts';
import { makeScratch } from '../environments/scratch.ts';
import type { PackTesting } from '../packs/content.ts';
import { linkIntoCopy } from './find-bins.ts';
import { judgeTests } from './judge-tests.ts';
import { runSuite } from './run-suite.ts';
import type { SuiteResult, TestResult } from './test-result.ts';
import type { TestSurroundings } from './test-surroundings.ts';

/**
 * Runs the tests of a pack in a copy of it, with its environments, one runner after the other, and judges them. Nothing
 * that they do reaches the pack, and nothing of them runs afterwards.
 *
 * @param directory the pack's, absolute
 * @throws SyncError `aborted`, `user-refused`, and what a disk refuses
 */
export async function runPackTests(
  directory: string,
  testing: PackTesting,
  surroundings: TestSurroundings,
): Promise<TestResult> {
  const { root, user, now } = surroundings;
  const began = now();
  try {
    const scratch = await makeScratch(root, directory, user);
    const programs = await linkIntoCopy(directory, scratch.pack);
    const variables = surroundings.variables(scratch);
    const path = [...programs, variables.PATH ?? ''].filter((part) => part !== '').join(':');
    const place = { copy: scratch.pack, variables: { ...variables, PATH: path } };
    const suites: SuiteResult[] = [];
    for (const runner of testing.runners) suites.push(await runSuite(runner, place, surroundings));
    const durationMs = now().getTime() - began.getTime();
    return judgeTests(testing, suites, { at: began.toISOString(), durationMs });
  } finally {
    await removeTree(root).catch(() => {});
  }
}
