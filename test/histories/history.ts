import assert from 'node:assert/strict';
import type { RunResult } from '../../src/apply/result.ts';
import { endPack } from '../../src/commands/end-pack.ts';
import { overrideDrop } from '../../src/commands/override-drop.ts';
import { restorePreserved } from '../../src/commands/preserved/restore-preserved.ts';
import { rollback } from '../../src/commands/rollback.ts';
import { SyncError } from '../../src/errors.ts';
import { type Reconciled, reconcile } from '../../src/reconcile.ts';
import { edits, type History, type Operation, type Round } from './arbitrary-history.ts';
import type { Choice } from './author-edits.ts';
import { isJustified } from './check-blocks.ts';
import { checkRun } from './check-run.ts';
import { readFingerprint, readState, type State } from './state.ts';
import { beginWorld, type HistoryFleet, memoryOf, packNames, type World } from './world.ts';

const caller = { who: 'test@here', lockTimeoutMs: 20_000 };

/** Counted over all histories, to see that they are about something. */
export const counts = new Map<string, number>();

function count(what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}

/** Lives one history through, and holds everything against what it should be after every run. */
export async function live(fleet: HistoryFleet, like: 'ours' | 'attune', { parts, rounds }: History): Promise<void> {
  const world = await beginWorld(fleet, like);
  try {
    for (const choice of parts) await edit(world, choice);
    await settle(world);
    for (const round of rounds) {
      for (const choice of round.edits) await edit(world, choice);
      if (round.operation !== 'apply') await operate(world, round);
      await settle(world);
    }
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new Error(`${said}\n${world.story.map((line) => `  ${line}`).join('\n')}`, { cause: error });
  }
}

/** Where there is nothing to do it to in one pack, in the next. */
async function edit(world: World, choice: Choice): Promise<void> {
  for (let offset = 0; offset < packNames.length; offset++) {
    const moved = { ...choice, pack: choice.pack + offset, one: choice.one + offset };
    const sentence = await edits[choice.edit]?.(world, moved);
    if (sentence == null) continue;
    count(choice.edit);
    world.story.push(sentence);
    return;
  }
}

/** Applies until nothing more is to be done; what was blocked by what changed in the same run may take another. */
async function settle(world: World): Promise<void> {
  let waiting: ReadonlySet<string> | null = null;
  let told = '';
  let before = await readState(world.fleet, world.like);
  let fingerprint = await readFingerprint(world.fleet);
  for (let round = 0; ; round++) {
    const { plan, result } = await world.fleet.apply();
    const applied = result.packs.filter(({ outcome }) => outcome === 'applied').map(({ ref }) => ref);
    if (round === 0) world.story.push('apply');
    const later = await readFingerprint(world.fleet);
    const written = linesBeside(later, fingerprint);
    const isIdle = written.length === 0;
    for (const { ref, outcome, action } of result.packs) {
      world.story.push(
        `  ${ref}: ${action} ${outcome}${outcome === 'blocked' ? `, ${codesOf(plan, ref).join(', ')}` : ''}`,
      );
      count(`${action} ${outcome}`);
    }
    const after = isIdle ? before : await readState(world.fleet, world.like);
    checkRun(world, { plan, result, before, after });
    if (waiting !== null) {
      const known: ReadonlySet<string> = waiting;
      assert.deepEqual(
        applied.filter((ref) => !known.has(ref)),
        [],
        'the next plan is not empty',
      );
      // What is blocked by less than before is news once more.
      if (applied.length === 0 && told === troubleOf(result)) {
        assert.deepEqual(plan.overrides, [], 'the next plan records overrides');
        assert.deepEqual(written, [], 'the next apply writes');
        checkBlocks(world, plan, after);
        return;
      }
    }
    assert.ok(round < 6, 'it never comes to rest');
    told = troubleOf(result);
    waiting = new Set(result.packs.filter(({ outcome }) => outcome !== 'applied').map(({ ref }) => ref));
    [before, fingerprint] = [after, later];
  }
}

function linesBeside(text: string, other: string): readonly string[] {
  const known = new Set(other.split('\n'));
  return text.split('\n').filter((line) => !known.has(line));
}

function troubleOf({ packs }: RunResult): string {
  const said = packs.flatMap(({ ref, problems }) => problems.map(({ message }) => `${ref}: ${message}`));
  return said.sort().join('\n');
}

function codesOf(plan: Reconciled['plan'], pack: string): readonly string[] {
  return plan.changes.find(({ ref }) => ref === pack)?.blocks.map(({ code }) => code) ?? [];
}

function checkBlocks(world: World, plan: Reconciled['plan'], state: State): void {
  for (const { ref, blocks } of plan.changes) {
    for (const { code, sentence } of blocks) {
      count(`blocked ${code}`);
      assert.ok(isJustified(world, ref, code, state), `${ref} is blocked without a reason: ${code}, ${sentence}`);
    }
  }
}

/** What a person asks for beside apply. What is refused says so with a stable code, and writes nothing. */
async function operate(world: World, { operation, pack }: Round): Promise<void> {
  for (let offset = 0; offset < packNames.length; offset++) {
    const name = packNames[(pack + offset) % packNames.length] ?? 'aa';
    if (await operateOn(world, operation, name)) return;
  }
}

/** False where it was refused. */
async function operateOn(world: World, operation: Operation, pack: string): Promise<boolean> {
  const before = await readState(world.fleet, world.like);
  const fingerprint = await readFingerprint(world.fleet);
  try {
    const run = await ask(world, operation, pack, before);
    world.story.push(`${operation} ${pack}`);
    count(operation);
    if (run === null || run.result === null) return true;
    const { plan, result } = run;
    for (const { ref, outcome, action } of result.packs) world.story.push(`  ${ref}: ${action} ${outcome}`);
    const after = await readState(world.fleet, world.like);
    checkRun(world, {
      plan,
      result,
      before,
      after,
      targets: [pack],
      ...(operation === 'rollback' ? { rolledBack: pack } : {}),
    });
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    world.story.push(`${operation} ${pack} is refused: ${error.code}`);
    assert.ok(refusals.has(error.code), `${operation} ${pack} is refused: ${error.code} ${error.message}`);
    assert.equal(await readFingerprint(world.fleet), fingerprint, `${operation} ${pack} is refused and writes`);
    return false;
  }
  return true;
}

const refusals: ReadonlySet<string> = new Set([
  'still-desired',
  'unknown-pack',
  'unmanaged-pack',
  'not-managed',
  'unknown-override',
  'no-default',
  'no-earlier-version',
  'unknown-target',
  'cannot-reinstall',
  'not-desired',
]);

async function ask(world: World, operation: Operation, pack: string, before: State): Promise<Reconciled | null> {
  const { context } = world.fleet;
  const memory = memoryOf(world, pack);
  switch (operation) {
    case 'apply':
      return null;
    case 'rollback':
      return rollback(context, { ...caller, ref: pack });
    case 'remove':
    case 'forget':
      return endPack(context, { ...caller, what: operation, ref: pack });
    case 'reinstall':
      return reconcile(context, { ...caller, cause: 'apply', targets: [pack], reinstall: [pack] });
    case 'override drop': {
      const dropped = await overrideDrop(context, { ...caller, ref: pack });
      for (const { kind, ref, field } of dropped ?? []) {
        if (kind === 'pack') memory.set.delete(field);
        else memory.switched.delete(`${kind} ${ref}`);
      }
      return null;
    }
    case 'preserved restore': {
      await restorePreserved(context, { ...caller, pack });
      const installed = before.packs.get(pack);
      for (const [key, values] of memory.setAside) {
        if (installed !== undefined && installed.config[key] === undefined) values.pop();
      }
      return null;
    }
  }
}
