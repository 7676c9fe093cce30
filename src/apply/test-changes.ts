import type { Context } from '../context.ts';
import type { WantedPack } from '../desired/desired.ts';
import { needsBuild } from '../environments/needs-build.ts';
import type { PackChange } from '../plan/plan.ts';
import { findTests } from '../plan/tests/find-tests.ts';
import type { ApplyInput } from './apply-input.ts';
import { type PackToTest, testPacks } from './test-packs.ts';
import type { BeforeChange } from './tests-of-change.ts';

interface ChangesTested {
  /** By ref; those without tests are left out. */
  readonly before: ReadonlyMap<string, BeforeChange>;
  /** Packs whose tests could not be run at all, and why. */
  readonly untested: ReadonlyMap<string, unknown>;
}

/**
 * Runs the tests of what is about to be installed, unless a person has them skipped.
 *
 * @param changes those whose content is published and whose environments are ready
 */
export async function testChanges(
  context: Context,
  { plan, desired, longSteps }: Pick<ApplyInput, 'plan' | 'desired' | 'longSteps'>,
  changes: readonly PackChange[],
): Promise<ChangesTested> {
  const wanted = new Map(desired.packs.map((pack) => [pack.ref, pack]));
  const chosen = changes.flatMap((change): PackToTest[] => {
    const pack = wanted.get(change.ref);
    const tests = findTests(change, pack, context.config.tests);
    if (pack === undefined || tests === null) return [];
    const { ref, document, content } = pack;
    const buildScripts = document.buildScripts === true;
    return [
      { ref, version: content.version, digest: content.digest, buildScripts, tests, isLogged: needsBuild(change) },
    ];
  });
  if (plan.skipsTests === true) {
    return { before: new Map(chosen.map(({ ref }) => [ref, 'skipped'])), untested: new Map() };
  }
  const { tested, failures } = await testPacks(context, chosen, longSteps);
  return { before: tested, untested: failures };
}

/** Whether `testChanges` will have something to run for a change. */
export function willTest(
  { config }: Context,
  { plan }: Pick<ApplyInput, 'plan'>,
  change: PackChange,
  wanted: WantedPack | undefined,
): boolean {
  return plan.skipsTests !== true && findTests(change, wanted, config.tests) !== null;
}
