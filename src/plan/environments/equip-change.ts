import type { PackEnvironment } from '../../environments/environment.ts';
import { type Problem, problem } from '../../errors.ts';
import { bringsContent } from '../dependencies/outlook.ts';
import type { PackDifference } from '../diff/diff-pack.ts';
import { hintOfBlock } from '../hint-of-block.ts';
import type { Note, PackChange, Reason } from '../plan.ts';
import type { PackEnvironments } from './plan-environments.ts';
import type { SettledEnvironment } from './settle-environments.ts';

/**
 * The difference of a pack with its environments: what else is done lists them, and where nothing else is, the pack is
 * repaired if one is not as it should be. With `drift: report`, one that broke behind our back is only told of.
 */
export function equipChange(difference: PackDifference, found: PackEnvironments): PackDifference {
  const { scope, change, changeFor } = difference;
  if (change?.blocks.some(({ code }) => code === 'managed-by-another') === true) return difference;
  const isTold = (one: SettledEnvironment) => isDrift(one) && !scope.repairs;
  const told = noteBroken(scope.wanted.ref, found.environments.filter(isTold));
  const settled = found.environments.map((one) => (isTold(one) ? { ...one, environment: kept(one.environment) } : one));
  if (change !== null) {
    const notes = change.files ? [] : told;
    const environments = change.files ? found.environments : settled;
    return { ...difference, notes: [...difference.notes, ...notes], change: equip(change, { ...found, environments }) };
  }
  const due = settled.filter(({ environment }) => environment.op !== 'keep');
  if (
    due.length === 0 &&
    found.blocks.length > 0 &&
    found.unusable !== null &&
    changeFor !== undefined &&
    scope.repairs
  ) {
    return blocked(
      changeFor({ action: 'repair', reason: { code: 'environment-broken', sentence: found.unusable } }),
      found,
    );
  }
  if (due.length === 0 || changeFor === undefined) {
    const lacking = found.blocks.map((block) => noteLacking(scope.wanted.ref, block));
    return { ...difference, notes: [...difference.notes, ...told, ...lacking] };
  }
  const repaired = changeFor({ action: 'repair', reason: reasonOf(due) });
  const equipped = repaired.change === null ? null : equip(repaired.change, { ...found, environments: settled });
  return { ...repaired, change: equipped, notes: [...repaired.notes, ...told] };
}

/** What is broken and cannot be mended is no mere note: nothing of the pack may run. */
function blocked(difference: PackDifference, { blocks, warnings }: PackEnvironments): PackDifference {
  const { change } = difference;
  if (change === null) return difference;
  const all = { blocks: [...change.blocks, ...blocks], warnings: [...change.warnings, ...warnings] };
  return { ...difference, change: { ...change, ...all } };
}

/** It was there, and led to, and is not as it was. */
function isDrift({ environment: { op }, wasLinked }: SettledEnvironment): boolean {
  return wasLinked && (op === 'build' || op === 'rebuild');
}

function kept(environment: PackEnvironment): PackEnvironment {
  return { ...environment, op: 'keep', why: '' };
}

/** What content lacks holds it back; what brings none is only warned of. */
function equip(change: PackChange, { environments, blocks, lifted, warnings }: PackEnvironments): PackChange {
  const isHeld = bringsContent(change);
  const isListed =
    environments.length > 0 && (change.files || environments.some((one) => one.environment.op !== 'keep'));
  return {
    ...change,
    ...(isListed ? { environments: environments.map(({ environment }) => environment) } : {}),
    ...(isHeld && lifted.length > 0 ? { skipped: [...(change.skipped ?? []), ...lifted] } : {}),
    blocks: isHeld ? [...change.blocks, ...blocks] : change.blocks,
    warnings: [...change.warnings, ...warnings, ...(isHeld ? [] : blocks.map(warnOf))],
  };
}

function reasonOf(due: readonly SettledEnvironment[]): Reason {
  const code = due.every(isDrift) ? 'environment-broken' : 'environment-changed';
  const sentence = due.map(({ environment: { link, why } }) => `environment ${link}: ${why}`).join('; ');
  return { code, sentence };
}

function warnOf({ code, sentence }: Note): Problem {
  const hint = hintOfBlock(code);
  return problem('warning', code, `${sentence}.`, hint === undefined ? {} : { hint });
}

function noteLacking(ref: string, { sentence, ...block }: Note): Note {
  return { ...block, sentence: `${ref}: ${sentence}` };
}

function noteBroken(ref: string, broken: readonly SettledEnvironment[]): readonly Note[] {
  if (broken.length === 0) return [];
  const said = broken.map(({ environment: { link, why } }) => `${link} ${why}`).join(', ');
  const sentence = `${ref} has environments that are not as they were built, and are not repaired (drift: report): ${said}`;
  return [{ code: 'environment-broken', sentence, rows: [`pack ${ref}`] }];
}
