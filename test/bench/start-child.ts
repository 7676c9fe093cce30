import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';

const patienceMs = 180_000;
const graceMs = 20_000;

/** A process that answers in lines. */
export interface LineChild {
  /** Sends an empty line. */
  ask(): void;
  /** The next line it says. @throws Error where it ended before */
  answer(): Promise<string>;
  /** Ends its standard input and waits until it is gone. */
  close(): Promise<void>;
}

/** Runs a script; what it says on standard error is shown. */
export function startChild(script: string, args: readonly string[]): LineChild {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    ask: () => void child.stdin.write('\n'),
    async answer() {
      const line = await Promise.race([lines.next(), setTimeout(patienceMs, null, { ref: false })]);
      if (line === null) throw new Error(`${script} said nothing for ${patienceMs / 1000} s`);
      if (line.done === true) throw new Error(`${script} ended before it had answered`);
      return line.value;
    },
    async close() {
      child.stdin.end();
      // One that does not end by itself must not hold up all the others.
      const late = AbortSignal.timeout(graceMs);
      late.addEventListener('abort', () => child.kill('SIGKILL'));
      const [, signal] = await closed;
      if (signal !== null) throw new Error(`${script} did not end by itself within ${graceMs / 1000} s`);
    },
  };
}
