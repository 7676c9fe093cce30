import { randomUUID } from 'node:crypto';
import { link, open, readdir, readFile, readlink, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SyncError } from './errors.ts';

interface Holder {
  readonly id: string;
  readonly pid: number;
  /** When the process started, since ids of processes come again; null where the system does not say. */
  readonly started: string | null;
  /** Ids of processes mean something only inside one of these; null where the system does not say. */
  readonly space: string | null;
}

/** A holder that cannot be asked (another container) shows by this that it lives. */
const heartbeatMs = 10_000;
const silentMs = 60_000;
const pollMs = 40;

interface LockOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** The error of who waited too long. @param holder `process 12`, or `another process` */
  readonly explain: (holder: string) => SyncError;
}

/**
 * Takes a lock between processes: a file that names its holder. A lock whose holder is dead is taken over.
 *
 * @returns gives the lock back
 * @throws SyncError that of `explain`; `aborted`
 */
export async function acquireLock(file: string, options: LockOptions): Promise<() => Promise<void>> {
  const holder: Holder = { id: randomUUID(), pid: process.pid, ...(await identify(process.pid)) };
  const deadline = performance.now() + options.timeoutMs;
  while (!(await create(file, holder))) {
    if (options.signal.aborted)
      throw new SyncError('aborted', 'The run was ended before it was done', { retry: 'soon' });
    if (await takeAwayStale(file)) continue;
    if (performance.now() > deadline) throw options.explain(nameHolder(await read(file)));
    await delay(pollMs);
  }
  await removeDrafts(file);
  const heartbeat = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => {}), heartbeatMs);
  heartbeat.unref();
  return async () => {
    clearInterval(heartbeat);
    if ((await read(file))?.id === holder.id) await rm(file, { force: true });
  };
}

/** True while a process that lives holds the lock. */
export async function isLocked(file: string): Promise<boolean> {
  const found = await read(file);
  return found !== null && isAlive(found, file);
}

/** Written whole under a name of its own and then linked, so that nobody reads half of it. */
async function create(file: string, holder: Holder): Promise<boolean> {
  const draft = `${file}.${holder.id}`;
  const handle = await open(draft, 'w', 0o600);
  await handle.writeFile(JSON.stringify(holder));
  await handle.close();
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** What processes left that were killed while they took the lock: nobody needs one for longer than a moment. */
async function removeDrafts(file: string): Promise<void> {
  for (const name of await readdir(dirname(file)).catch(() => [])) {
    if (!name.startsWith(`${basename(file)}.`)) continue;
    const draft = join(dirname(file), name);
    const { mtimeMs } = await stat(draft).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > silentMs) await rm(draft, { force: true }).catch(() => {});
  }
}

/** True where there may be no lock now. What was taken away and turns out to be a new holder's is put back. */
async function takeAwayStale(file: string): Promise<boolean> {
  const found = await read(file);
  if (found === null) return true;
  if (await isAlive(found, file)) return false;
  const away = `${file}.${randomUUID()}`;
  const moved = await rename(file, away).then(
    () => true,
    () => false,
  );
  if (!moved) return true;
  if ((await read(away))?.id !== found.id) await link(away, file).catch(() => {});
  await rm(away, { force: true });
  return true;
}

async function isAlive(holder: Holder, file: string): Promise<boolean> {
  const ours = await identify(holder.pid);
  if (holder.space !== ours.space) {
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: 0 }));
    return Date.now() - mtimeMs < silentMs;
  }
  if (holder.started !== null) return holder.started === ours.started;
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function identify(pid: number): Promise<{ started: string | null; space: string | null }> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name before the last bracket can hold anything; of what follows it, the 20th field is the start.
  const started = text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => null);
  const space = await readlink('/proc/self/ns/pid').catch(() => null);
  return { started, space: boot === null || space === null ? null : `${boot.trim()} ${space}` };
}

async function read(file: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Holder;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    return { id: '', pid: 0, started: '', space: null };
  }
}

function nameHolder(holder: Holder | null): string {
  return holder === null ? 'another process' : `process ${holder.pid}`;
}
