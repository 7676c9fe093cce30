import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PackResult, RunResult } from '../../src/apply/result.ts';
import type { Config } from '../../src/config/config.ts';
import type { Context } from '../../src/context.ts';
import type { DaemonOptions } from '../../src/daemon/daemon-options.ts';
import { runDaemon } from '../../src/daemon/run-daemon.ts';
import type { Database } from '../../src/database/database.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { noProgress } from '../../src/progress.ts';
import type { ReconcileOptions, reconcile } from '../../src/reconcile.ts';
import { createRedactor } from '../../src/redactor.ts';
import { createTestConfig } from '../support/config.ts';
import { createFakeTiming, type FakeTiming } from './fake-timing.ts';

export const emptyPlan: Plan = {
  formatVersion: 1,
  manager: 'test',
  changes: [],
  unchanged: ['core'],
  unreadable: [],
  unmanaged: [],
  notes: [],
  overrides: [],
  guarded: null,
  problems: [],
};

export const nothingDone: RunResult = {
  outcome: 'unchanged',
  packs: [],
  problems: [],
  unchanged: 1,
  durationMs: 1,
  run: null,
};

export function packResult(ref: string, more: Partial<PackResult> = {}): PackResult {
  const base = { ref, action: 'install', outcome: 'applied', from: null, to: null, problems: [] } as const;
  return { ...base, reason: null, retry: false, durationMs: 1, ...more };
}

/** What a pass asked of reconcile, answered by the test. */
export interface Asked {
  readonly options: ReconcileOptions;
  readonly database: Database;
  answer(result?: Partial<RunResult>, plan?: Plan): void;
  fail(error: unknown): void;
}

export interface Scene {
  readonly directory: string;
  readonly desired: string;
  readonly timing: FakeTiming;
  /** `level message`, in order. */
  readonly lines: string[];
  /** How often the database was opened and closed. */
  readonly database: { opened: number; closed: number };
  /** The next pass, waited for. */
  next(): Promise<Asked>;
  /** Passes that wait for an answer. */
  waiting(): number;
  /** Asks the daemon to stop. */
  abort(): void;
  readonly ended: Promise<void>;
}

/** A running daemon with a real desired directory, whose reconcile, database and time are the test's. */
export async function withDaemon(
  options: Partial<DaemonOptions>,
  work: (scene: Scene) => Promise<void>,
  sync: Partial<Config['sync']> = {},
  desiredState?: Config['desiredState'],
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'attune-daemon-'));
  const desired = join(directory, 'desired');
  await mkdir(desired);
  const timing = createFakeTiming();
  const stop = new AbortController();
  const lines: string[] = [];
  const database = { opened: 0, closed: 0 };
  const asked: Asked[] = [];
  let noticed = () => {};
  let over = false;

  const ask: typeof reconcile = (context, given) =>
    new Promise((resolve, reject) => {
      asked.push({
        options: given,
        database: context.database,
        answer: (result = {}, plan = emptyPlan) => {
          given.onPlan?.(plan);
          resolve({ plan, result: { ...nothingDone, ...result } });
        },
        fail: reject,
      });
      noticed();
      if (over) asked.at(-1)?.answer();
    });
  const context = contextOf(directory, desired, stop.signal, lines);
  const config = { ...context.config, sync: { ...context.config.sync, ...sync } };
  const given = desiredState === undefined ? config : { ...config, desiredState };
  const ended = runDaemon(
    { ...context, config: given },
    {
      who: 'test@here',
      reconcile: ask,
      openDatabase: async () => {
        database.opened += 1;
        const close = async () => {
          database.closed += 1;
        };
        return { close } as Database;
      },
      timing,
      elections: async (_, { lead, state, database }) => {
        state.update({ role: 'leader' });
        const channel = { send: async () => {}, subscribe: () => () => {} };
        await lead({ signal: stop.signal, database, channel });
      },
      ...options,
    },
  );
  const scene: Scene = {
    directory,
    desired,
    timing,
    lines,
    database,
    waiting: () => asked.length,
    abort: () => stop.abort(),
    ended,
    async next() {
      if (asked.length === 0) await new Promise<void>((resolve) => (noticed = resolve));
      const first = asked.shift();
      if (first === undefined) throw new Error('a pass was noticed, but none is there');
      return first;
    },
  };
  try {
    await work(scene);
  } finally {
    over = true;
    stop.abort();
    for (const pass of asked) pass.answer();
    await ended;
    await rm(directory, { recursive: true, force: true });
  }
}

function contextOf(directory: string, desired: string, signal: AbortSignal, lines: string[]): Context {
  const log = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  return {
    config: createTestConfig(directory, {
      desiredState: [{ type: 'directory', name: 'desired', directory: desired }],
      git: { timeoutMs: 1000 },
    }),
    log: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    redactor: createRedactor(),
    progress: noProgress,
    signal,
    now: () => new Date(),
    environment: {},
  };
}
