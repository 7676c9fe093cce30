import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { findDifferences } from './check-end.ts';
import { compareWithCalm } from './compare-calm.ts';
import { authorFaults } from './faults/author-faults.ts';
import type { Fault } from './faults/fault.ts';
import { peopleFaults } from './faults/people-faults.ts';
import { processFaults } from './faults/process-faults.ts';
import { findProcesses, type Resources, readResources } from './processes.ts';
import { createRandom, type Random } from './random.ts';
import { runVerb } from './run-verb.ts';
import { type ChaosWorld, createWorld, type WorldOptions } from './world.ts';
import { checkWrites, countWriters, readWritesQuery, type Write } from './write-log.ts';

export interface ChaosOptions extends WorldOptions {
  /** How many faults there are; those of one seed are the same, in the same order. */
  readonly steps: number;
  /** No fault begins later than this. */
  readonly limitMs: number;
  /** How long all may take to come to rest, at the begin and after the last fault. */
  readonly boundMs: number;
  readonly say: (line: string) => void;
}

const faults: readonly Fault[] = [...processFaults, ...authorFaults, ...peopleFaults];

/**
 * Lets daemons keep packs while all of `faults` happens to them, and then looks whether all came to rest.
 * @returns what is wrong in the end, in sentences; empty where nothing is
 */
export async function runChaos(options: ChaosOptions): Promise<readonly string[]> {
  const started = performance.now();
  const say = (line: string) =>
    options.say(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}`);
  await using world = await createWorld(options);
  say(`seed ${options.seed}: ${options.packs} packs in ${options.remotes} remotes`);
  const first = world.daemons.start();
  const left = await settle(world, options.boundMs);
  if (left.length > 0) return fail(world, ['the first install did not come to its end', ...left]);
  const before = await readResources(first.pid);
  say(`all packs are installed; ${describe(before)}`);

  const deck = createDeck(createRandom(options.seed));
  const limit = performance.now() + options.limitMs;
  let done = 0;
  while (done < options.steps && performance.now() < limit) {
    const { name, run } = deck();
    // Whatever came of the faults before: how many numbers they took depends on what they met.
    world.random.restart(options.seed * 100_003 + done);
    say(`${name.padEnd(15)} ${await run(world)}`);
    done += 1;
    await setTimeout(world.span(100, 1500));
  }
  await world.healAll();
  if (world.daemons.running().length === 0) world.daemons.start();
  const healed = performance.now();
  say(`${done} faults are over; ${world.daemons.running().length} daemons run`);

  const wrong = [...(await settle(world, options.boundMs))];
  say(
    wrong.length > 0 ? 'not at rest' : `at rest ${((performance.now() - healed) / 1000).toFixed(1)} s after the last`,
  );
  if (wrong.length === 0) wrong.push(...(await checkQuiet(world)), ...(await compareWithCalm(world)));
  wrong.push(...(await checkProcesses(world, before, say)));
  wrong.push(...(await checkHistory(world, say)));
  return wrong.length === 0 ? [] : fail(world, wrong);
}

/** Every fault once in a random order, and then again in another one. */
function createDeck(random: Random): () => Fault {
  let deck: Fault[] = [];
  return () => {
    if (deck.length === 0) deck = [...faults];
    const fault = random.pick(deck);
    deck = deck.filter((other) => other !== fault);
    return fault;
  };
}

/** How many faults there are of different kinds. */
export const kindsOfFaults = faults.length;

/** Waits until nothing differs. @returns what still does when the time is up */
async function settle(world: ChaosWorld, boundMs: number): Promise<readonly string[]> {
  const deadline = performance.now() + boundMs;
  for (;;) {
    const differences = await findDifferences(world);
    if (differences.length === 0 || performance.now() > deadline) return differences;
    await setTimeout(100);
  }
}

/** A plan finds nothing to do, by a process of its own. */
async function checkQuiet({ directory }: ChaosWorld): Promise<readonly string[]> {
  const { code, out, err } = await runVerb(directory, ['plan', '--detailed-exitcode']);
  return code === 0 ? [] : [`a plan ends with ${code}:\n${out}${err}`];
}

/** What a daemon may hold more than one did after the first install: connections and watchers come and go. */
const slack = { descriptors: 16, memoryMiB: 96 };

async function checkProcesses(
  { directory, daemons }: ChaosWorld,
  before: Resources,
  say: (line: string) => void,
): Promise<readonly string[]> {
  const wrong: string[] = [...daemons.ends];
  for (const daemon of daemons.running()) {
    const after = await readResources(daemon.pid);
    say(`daemon ${daemon.number}: ${describe(after)}`);
    if (after.descriptors > before.descriptors + slack.descriptors)
      wrong.push(`daemon ${daemon.number} has ${after.descriptors} descriptors, the first had ${before.descriptors}`);
    if (after.memoryMiB > before.memoryMiB + slack.memoryMiB)
      wrong.push(`daemon ${daemon.number} holds ${after.memoryMiB} MiB, the first held ${before.memoryMiB}`);
  }
  for (const daemon of daemons.running()) {
    await daemon.end('SIGTERM').catch((error: Error) => wrong.push(error.message));
  }
  const left = await waitForEnd(directory);
  return [...wrong, ...left.map((line) => `is still there: ${line}`)];
}

/** Git that a killed daemon left waits for its remote as long as `git.timeout` says, and a moment more. */
const patienceMs = 10_000;

/** @returns processes of daemons that do not end by themselves */
async function waitForEnd(directory: string): Promise<readonly string[]> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const left = (await findProcesses(directory)).filter((line) => !line.includes('postgres'));
    if (left.length === 0 || performance.now() > deadline) return left;
    await setTimeout(200);
  }
}

async function checkHistory({ sql, daemons }: ChaosWorld, say: (line: string) => void): Promise<readonly string[]> {
  const writes = await sql<Write>(readWritesQuery);
  const { sessions, leaders } = countWriters(writes);
  const [runs] = await sql<{ runs: number }>('SELECT count(*)::int AS runs FROM attune_sync.run');
  say(`${writes.length} statements wrote, in ${sessions} sessions under ${leaders} leaders; ${runs?.runs} runs`);
  const logs = await daemons.readLogs();
  const unexpected = logs.split('\n').filter((line) => /should not have happened|\[unexpected\]/.test(line));
  const none = writes.length === 0 ? ['nobody wrote anything'] : [];
  return [...none, ...checkWrites(writes), ...unexpected.slice(0, 5)];
}

function describe({ descriptors, memoryMiB, children }: Resources): string {
  return `${descriptors} descriptors, ${memoryMiB} MiB, ${children.length} children`;
}

/** With the end of what daemons logged. */
async function fail({ daemons }: ChaosWorld, wrong: readonly string[]): Promise<readonly string[]> {
  const lines = (await daemons.readLogs()).trimEnd().split('\n');
  return [...wrong, `the last of ${lines.length} lines of logs:\n${lines.slice(-40).join('\n')}`];
}
