import type { TestPolicy } from '../../config/config.ts';
import type { WantedPack } from '../../desired/desired.ts';
import type { PackTesting } from '../../packs/content.ts';
import type { PackChange } from '../plan.ts';

/** The tests that come before a change, and what they decide. */
export interface ChosenTests {
  readonly testing: PackTesting;
  /** Where they fail: `block` the change, `warn` in its result, or `ignore` it. */
  readonly onFailure: PackTesting['onFailure'];
  /** Names everything that decides how they end: content, environments and policy. */
  readonly state: string;
}

/**
 * The tests of a pack whose content a change installs, as its document, else the configuration, has them count; null
 * where there are none, where they are off, and where a change installs nothing new.
 */
export function findTests(change: PackChange, wanted: WantedPack | undefined, general: TestPolicy): ChosenTests | null {
  const testing = wanted?.content.testing;
  const policy = wanted?.document.tests ?? general;
  if (wanted === undefined || testing === undefined || policy === 'off' || !installsContent(change)) return null;
  const onFailure = policy === 'report' && testing.onFailure === 'block' ? 'warn' : testing.onFailure;
  const environments = (change.environments ?? []).map(({ key }) => key).sort();
  return { testing, onFailure, state: [wanted.content.digest, policy, ...environments].join(' ') };
}

const installing: ReadonlySet<PackChange['action']> = new Set(['install', 'reinstall', 'adopt']);

/** Whether content comes that tests are for: what a person wants written again counts, though its files are what they were. */
export function installsContent({ action, reason, from, to, files }: PackChange): boolean {
  return files && installing.has(action) && (from?.digest !== to?.digest || reason.code === 'forced');
}
