import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunResult } from '../../src/apply/result.ts';
import { readSavedPlan } from '../../src/commands/read-saved-plan.ts';
import { savePlan } from '../../src/commands/save-plan.ts';
import { type LookOptions, look } from '../../src/look.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { SavedPlan } from '../../src/plan/saved/saved-plan.ts';
import { reconcile } from '../../src/reconcile.ts';
import type { Fleet } from '../support/fleet.ts';

/** Plans, and saves that beside the fleet; returns what the file holds. */
export async function save(
  fleet: Fleet,
  options: Pick<LookOptions, 'targets' | 'reinstall' | 'skipDependencies'> = {},
  name = 'plan.json',
): Promise<{ readonly text: string; readonly saved: SavedPlan }> {
  const found = await look(fleet.context, { ...options, bind: { keyed: true } });
  const file = join(fleet.directory, name);
  await savePlan(fleet.context, found, { file, version: '0.0.0-test', who: 'test@here', options });
  return { text: await readFile(file, 'utf8'), saved: await readSavedPlan(name, fleet.directory) };
}

/** Applies what was saved. */
export async function applySaved(fleet: Fleet, name = 'plan.json'): Promise<{ plan: Plan; result: RunResult }> {
  const saved = await readSavedPlan(name, fleet.directory);
  const { plan, result } = await reconcile(fleet.context, {
    cause: 'apply',
    who: 'test@here',
    lockTimeoutMs: 20_000,
    saved,
    ...(saved.targets === null ? {} : { targets: saved.targets }),
    ...(saved.reinstall.length === 0 ? {} : { reinstall: saved.reinstall }),
    ...(saved.skipsDependencies === true ? { skipDependencies: true } : {}),
  });
  if (result === null) throw new Error('nobody was asked, so nobody can have said no');
  return { plan, result };
}

/** `ref outcome` of each pack of a result, and why where it was not applied. */
export function outcomes({ result }: { result: RunResult }): readonly string[] {
  return result.packs.map(({ ref, outcome, problems }) =>
    [ref, outcome, ...problems.map(({ code, message }) => `${code}: ${message}`)].join(' | '),
  );
}
