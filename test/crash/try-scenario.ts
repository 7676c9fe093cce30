import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { storeSweep } from '../../src/commands/store-sweep.ts';
import { type Ended, runCli } from '../support/cli-child.ts';
import type { Fleet } from '../support/fleet.ts';
import { assertMoment, type Moment, readMoment } from './check-moment.ts';
import type { Mode, Point } from './child/orders.ts';
import { runChild, type Tried } from './run-child.ts';
import { applyWhole, type Scenario } from './scenario.ts';
import { ageStaging, readVersions, readWholeState, type WholeState } from './whole-state.ts';
import { createWorld, type World } from './world.ts';

export interface Trial {
  /** `company`: killed, while another process does the same. */
  readonly mode: Exclude<Mode, 'count'> | 'company';
  /** The number of the point, from 1. */
  readonly at: number;
  readonly point: Point;
}

export interface TriedScenario {
  readonly points: readonly Point[];
  readonly tried: readonly Trial[];
  readonly failures: readonly string[];
}

/** What an undisturbed run begins and ends with. */
interface Calm {
  readonly before: Moment;
  readonly after: Moment;
  /** Ids of components that are there before and after. */
  readonly kept: readonly string[];
  readonly end: WholeState;
}

/**
 * Runs a scenario undisturbed, and then cut off in every way at the points that are chosen; after each the next run has
 * to come to the same end.
 */
export async function tryScenario(
  scenario: Scenario,
  choose: (points: readonly Point[]) => readonly Trial[],
  tell: (line: string) => void,
): Promise<TriedScenario> {
  await using world = await createWorld(scenario);
  const { calm, points } = await runCalm(world, scenario);
  const trials = choose(points);
  const failures: string[] = [];
  const counts = new Map<string, number>();
  const started = performance.now();
  tell(`${scenario.name}: ${points.length} points, ${trials.length} to try`);
  for (const [index, trial] of trials.entries()) {
    const name = `${scenario.name}, ${trial.mode} at ${trial.at}: ${trial.point.name}`;
    counts.set(trial.mode, (counts.get(trial.mode) ?? 0) + 1);
    await tryPoint(world, scenario, calm, trial).catch((error: unknown) => {
      const said = error instanceof Error ? error.message : String(error);
      failures.push(`${name}\n${said}`);
      tell(`FAILED ${name}\n${said}`);
    });
    if ((index + 1) % 50 === 0) tell(`${scenario.name}: ${index + 1} of ${trials.length}`);
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const ways = [...counts].map(([mode, count]) => `${mode} ${count}`).join(', ');
  tell(
    `${scenario.name}: of ${points.length} points tried ${ways || 'none'} in ${seconds} s, ${failures.length} failed`,
  );
  return { points, tried: trials, failures };
}

async function runCalm(world: World, scenario: Scenario): Promise<{ calm: Calm; points: readonly Point[] }> {
  await using fleet = await world.restore();
  const before = await readMoment(fleet, scenario.running);
  const ids = await idsOf(fleet);
  const child = await runChild(fleet, scenario.verb, 'count');
  assert.equal(child.code, 0, child.out + child.err);
  const after = await readMoment(fleet, scenario.running);
  await runAgain(fleet, scenario);
  const end = await readWholeState(fleet);
  const later = new Set(end.ids);
  await assertSettled(fleet);
  return { calm: { before, after, kept: ids.filter((id) => later.has(id)), end }, points: child.points };
}

async function idsOf(fleet: Fleet): Promise<readonly string[]> {
  return (await readWholeState(fleet).catch(() => null))?.ids ?? [];
}

async function tryPoint(world: World, scenario: Scenario, calm: Calm, { mode, at }: Trial): Promise<void> {
  await using fleet = await world.restore();
  const { verb } = scenario;
  const company = mode === 'company' ? runCli(fleet, [...verb, '--lock-timeout', '1m']) : undefined;
  const own = mode === 'company' ? 'kill' : mode;
  assertEnded(await runChild(fleet, verb, own, at), own);
  if (company !== undefined) assertAlive(await company);
  await world.settle(fleet);
  assertMoment(await readMoment(fleet, scenario.running), calm.before, calm.after);
  await runAgain(fleet, scenario);
  const end = await readWholeState(fleet);
  if (calm.before.rows.size === 0) hideCreated(end, calm.end);
  for (const part of ['rows', 'remembered', 'people', 'store', 'root'] as const)
    assert.deepEqual(end[part], calm.end[part], part);
  assert.deepEqual(
    calm.end.told.filter((line) => !end.told.includes(line)),
    [],
    'what nobody is told',
  );
  const ids = new Set(end.ids);
  assert.deepEqual(
    calm.kept.filter((id) => !ids.has(id)),
    [],
    'ids of what stays',
  );
  await assertSettled(fleet);
}

/** Of packs that were not there before, when the run made them. */
function hideCreated(...states: readonly WholeState[]): void {
  for (const { people } of states) {
    for (const [index, line] of people.entries()) people[index] = line.replace(/ \d{4}-.*$/, '');
  }
}

function assertEnded(tried: Tried, mode: Mode): void {
  if (mode === 'kill' && tried.points.length > 0) assert.equal(tried.signal, 'SIGKILL', tried.out + tried.err);
  else assertAlive(tried);
}

/** It said what is wrong, where something is, and in words that were written for that. */
function assertAlive({ code, signal, out, err }: Ended): void {
  assert.doesNotMatch(out + err, /should not have happened|\[unexpected\]/);
  assert.ok(code !== null && [0, 1, 3].includes(code), `ended with ${code} ${signal}\n${out}${err}`);
}

function runAgain(fleet: Fleet, { again = applyWhole }: Scenario): Promise<void> {
  return again(fleet);
}

/** Nothing is left to do, doing it writes nothing, and what runs left in staging goes. */
async function assertSettled(fleet: Fleet): Promise<void> {
  const versions = await readVersions(fleet);
  const { plan, result } = await fleet.apply();
  const { changes, overrides, problems } = plan;
  assert.deepEqual([changes, overrides, problems, result.run], [[], [], [], null], 'the next plan');
  assert.deepEqual(await readVersions(fleet), versions, 'a further apply writes nothing');
  const staging = join(fleet.context.config.packStore.directory, '.staging');
  if ((await readdir(staging).catch(() => [])).length === 0) return;
  await ageStaging(fleet);
  await storeSweep(fleet.context, { who: 'test@here', lockTimeoutMs: 20_000 });
  assert.deepEqual(await readdir(staging), [], 'what the next sweep leaves in staging');
}
