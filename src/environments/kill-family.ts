import { readdirSync, readFileSync } from 'node:fs';

/** A variable that every process of one command inherits, whatever group or session it moves to. */
export const markName = 'ATTUNE_SYNC_COMMAND';

/** A process can fork while it is being looked for. */
const mostRounds = 20;

/**
 * Ends a command's process group and, on Linux, every process that carries its mark, wherever it went.
 *
 * @param leader the command, which leads its group; undefined where it never started
 */
export function killFamily(leader: number | undefined, mark: string): void {
  if (leader === undefined) return;
  kill(-leader);
  killMarked(`${markName}=${mark}`);
}

/**
 * Ends the commands of an owner that a killed process left running, on Linux. Nobody else may have begun any for it.
 *
 * @param owner as `runCommand` was given it
 */
export function endCommands(owner: string): void {
  killMarked(`${markName}=${owner}#`);
}

function killMarked(text: string): void {
  for (let round = 0; round < mostRounds; round++) {
    const marked = findMarked(text);
    if (marked.length === 0) return;
    for (const pid of marked) kill(pid);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended meanwhile, or is none of ours.
  }
}

/** Processes that have this in their environment. One that was killed shows none any more. */
function findMarked(text: string): readonly number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && readEnvironment(name).includes(text))
    .map(Number);
}

/** Empty where it is another user's, or went meanwhile. */
function readEnvironment(pid: string): Buffer {
  try {
    return readFileSync(`/proc/${pid}/environ`);
  } catch {
    return Buffer.alloc(0);
  }
}
