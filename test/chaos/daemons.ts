import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { cliArguments } from '../support/cli-arguments.ts';

/** A daemon as a process of its own, whose log is a file. */
export interface ChaosDaemon {
  /** From 1, in the order of starts. */
  readonly number: number;
  readonly pid: number;
  readonly log: string;
  isAlive(): boolean;
  /** Returns when it is gone. @throws Error where one that is asked to stop ends otherwise than with 0 */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  send(signal: 'SIGSTOP' | 'SIGCONT'): void;
}

export interface Daemons {
  start(): ChaosDaemon;
  /** Those that run, oldest first. */
  running(): readonly ChaosDaemon[];
  /** What was said of any that ended without being told to. */
  readonly ends: readonly string[];
  /** Everything that all of them logged. */
  readLogs(): Promise<string>;
}

/** How long one that is asked to stop may take. */
const graceMs = 30_000;

/** @param directory that of the configuration, where logs are written too */
export function createDaemons(directory: string): Daemons {
  const all: ChaosDaemon[] = [];
  const ends: string[] = [];
  return {
    start() {
      const daemon = startDaemon(directory, all.length + 1, (said) => ends.push(said));
      all.push(daemon);
      return daemon;
    },
    running: () => all.filter((daemon) => daemon.isAlive()),
    ends,
    async readLogs() {
      const logs = await Promise.all(all.map(({ log }) => readFile(log, 'utf8')));
      return logs.join('');
    },
  };
}

function startDaemon(directory: string, number: number, died: (said: string) => void): ChaosDaemon {
  const log = join(directory, `daemon-${number}.log`);
  const file = openSync(log, 'a');
  const child: ChildProcess = spawn(process.execPath, [...cliArguments(), '--log-format', 'text', 'daemon'], {
    cwd: directory,
    env: { PATH: process.env.PATH ?? '' },
    stdio: ['ignore', file, file],
  });
  closeSync(file);
  const { pid } = child;
  if (pid === undefined) throw new Error(`daemon ${number} did not start`);
  let isTold = false;
  let isOver = false;
  const ended = once(child, 'exit').then(([code, signal]) => {
    isOver = true;
    if (!isTold) died(`daemon ${number} ended by itself with ${code ?? signal}`);
    return code as number | null;
  });
  return {
    number,
    pid,
    log,
    isAlive: () => !isOver && !isTold,
    async end(signal) {
      isTold = true;
      child.kill(signal);
      // One that is paused hears of it only when it goes on.
      child.kill('SIGCONT');
      const over = await Promise.race([ended, setTimeout(graceMs, 'late' as const, { ref: false })]);
      if (over === 'late') {
        child.kill('SIGKILL');
        throw new Error(`daemon ${number} had not stopped ${graceMs / 1000} s after it was asked to`);
      }
      if (signal === 'SIGTERM' && over !== 0) throw new Error(`daemon ${number}, asked to stop, ended with ${over}`);
    },
    send: (signal) => void child.kill(signal),
  };
}
