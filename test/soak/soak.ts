import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { countWrites, settleWrites } from '../bench/count-writes.ts';
import { makeFleet, makeSharedFleet } from '../bench/make-fleet.ts';
import type { PackShape } from '../bench/pack-files.ts';
import { openBenchServer, openTarget } from '../bench/target.ts';
import { createDaemons } from '../chaos/daemons.ts';
import { runVerb } from '../chaos/run-verb.ts';
import { type Sample, summariseSamples, takeSample, type Usage } from './sample.ts';

export interface SoakOptions {
  readonly packs: number;
  /** Each pack in a remote of its own; else all in one. */
  readonly apart: boolean;
  readonly minutes: number;
  /** Before the first sample: caches fill, and code is compiled. */
  readonly warmUpMs: number;
  readonly everyMs: number;
  readonly say: (line: string) => void;
}

export interface Soaked {
  readonly daemon: Usage;
  /** A process of Node that does nothing. */
  readonly idle: Usage;
  readonly walBytes: number;
  readonly sequenceValues: number;
}

/** Makes 12 components: a workflow is two of them. */
const shape: PackShape = { actions: 5, triggers: 2, sensors: 1, rules: 2, workflows: 1 };

/** Lets a daemon keep a fleet in which nothing changes, at the default interval. */
export async function soak(options: SoakOptions): Promise<Soaked> {
  const { packs, apart, say } = options;
  const directory = await mkdtemp(join(tmpdir(), 'attune-soak-'));
  const server = await openBenchServer(directory, false);
  try {
    const desired = apart
      ? (await makeFleet(directory, packs, shape)).desired
      : await makeSharedFleet(directory, packs, shape);
    const target = await openTarget(directory, server, desired);
    try {
      const applied = await runVerb(target.directory, ['apply', '--yes']);
      if (applied.code !== 0) throw new Error(`the fleet could not be installed: ${applied.out}${applied.err}`);
      say(`${packs} packs are installed.`);
      return await watch(options, target);
    } finally {
      await target.close();
    }
  } finally {
    await server.close();
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function watch(
  { minutes, warmUpMs, everyMs, say }: SoakOptions,
  { directory, context }: Awaited<ReturnType<typeof openTarget>>,
): Promise<Soaked> {
  const daemons = createDaemons(directory);
  const daemon = daemons.start();
  const idle = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const taken: { daemon: Sample[]; idle: Sample[] } = { daemon: [], idle: [] };
  const take = async () => {
    for (const [name, pid] of [
      ['daemon', daemon.pid],
      ['idle', idle.pid ?? 0],
    ] as const) {
      const descriptors = (await readdir(`/proc/${pid}/fd`)).length;
      taken[name].push(await takeSample(pid, descriptors));
    }
  };
  try {
    await setTimeout(warmUpMs);
    await settleWrites(context.database);
    const writes = await countWrites(context.database, async () => {
      await take();
      const end = performance.now() + minutes * 60_000;
      while (performance.now() < end) {
        await setTimeout(Math.min(everyMs, Math.max(1, end - performance.now())));
        await take();
        const last = taken.daemon.at(-1);
        say(`${Math.round(last?.memoryMiB ?? 0)} MiB, ${last?.descriptors} descriptors`);
      }
    });
    return { daemon: summariseSamples(taken.daemon), idle: summariseSamples(taken.idle), ...writes };
  } finally {
    idle.kill('SIGKILL');
    if (daemon.isAlive()) await daemon.end('SIGTERM');
  }
}
