import { readdir, readFile, readlink } from 'node:fs/promises';

/** What a process holds. */
export interface Resources {
  readonly descriptors: number;
  readonly memoryMiB: number;
  /** Command lines of processes that it started and that run. */
  readonly children: readonly string[];
}

export async function readResources(pid: number): Promise<Resources> {
  const [descriptors, status] = await Promise.all([
    readdir(`/proc/${pid}/fd`),
    readFile(`/proc/${pid}/status`, 'utf8'),
  ]);
  const memory = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
  const all = await listProcesses();
  const children = all.filter(({ parent }) => parent === pid).map(({ command }) => command);
  return { descriptors: descriptors.length, memoryMiB: Math.round(memory), children };
}

/** Command lines of processes that have to do with a directory: by an argument or as their working directory. */
export async function findProcesses(directory: string): Promise<readonly string[]> {
  const all = await listProcesses();
  const found = await Promise.all(
    all.map(async ({ pid, command }) => {
      const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
      return pid !== process.pid && (command.includes(directory) || cwd.startsWith(directory));
    }),
  );
  return all.filter((_, index) => found[index] === true).map(({ pid, command }) => `${pid} ${command}`);
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

async function listProcesses(): Promise<readonly Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const read = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      // A zombie has no arguments.
      if (stat === '' || command === '') return [];
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      return [{ pid: Number(pid), parent, command: command.replaceAll('\0', ' ').trim() }];
    }),
  );
  return read.flat();
}
