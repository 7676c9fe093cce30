import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { SyncError } from '../../errors.ts';
import type { Binaries } from './find-binaries.ts';
import type { ChildEnvironment } from './link-libraries.ts';

/** How to run a server program, which refuses to be root. */
export interface Launcher {
  readonly name: string;
  /** Goes before the program and its arguments. */
  readonly prefix: readonly string[];
  /** The child changes to this user before it runs. */
  readonly as?: Owner;
  /** Who must own the data directory; the caller itself where none is given. */
  readonly owner?: Owner;
}

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Chooses by trying `initdb --version`: as the user we are; as root, first a system user without rights,
 * then a user namespace, then capabilities, because the first fails below a directory that only root may enter
 * and the second where the kernel forbids namespaces. No user is ever created.
 * @throws SyncError `embedded-launch` with what each way said.
 */
export async function chooseLauncher(
  binaries: Binaries,
  environment: ChildEnvironment,
  dataDirectory: string,
): Promise<Launcher> {
  const reasons: string[] = [];
  for (const launcher of await candidates()) {
    const reason = await whyNot(launcher, binaries, environment, dataDirectory);
    if (reason === undefined) return launcher;
    reasons.push(`${launcher.name}: ${reason}`);
  }
  throw new SyncError(
    'embedded-launch',
    `The embedded PostgreSQL cannot be run on this machine (${reasons.join('; ')}).`,
    { hint: 'Run as an ordinary user, or give database.url instead of database.embedded.' },
  );
}

/** The program and its arguments as the launcher runs them. */
export function launchArguments(launcher: Launcher, program: string, args: readonly string[]): [string, string[]] {
  const [file = program, ...rest] = [...launcher.prefix, program, ...args];
  return [file, rest];
}

async function candidates(): Promise<Launcher[]> {
  const namespace = (id: number): Launcher => ({
    name: 'unshare',
    prefix: ['unshare', '--user', `--map-user=${id}`, `--map-group=${id}`],
  });
  if (process.geteuid?.() !== 0) {
    // initdb wants a name for its user; inside a namespace the number of nobody has one.
    return hasName() ? [{ name: 'this user', prefix: [] }] : [namespace(nobody.uid)];
  }
  const owner = await systemUser();
  const { uid, gid } = owner;
  return [
    { name: `user ${uid}`, prefix: [], as: owner, owner },
    namespace(uid),
    {
      name: 'setpriv',
      prefix: [
        ...['setpriv', '--reuid', `${uid}`, '--regid', `${gid}`, '--clear-groups'],
        ...['--inh-caps', '+dac_override', '--ambient-caps', '+dac_override', '--securebits', '+no_setuid_fixup'],
      ],
      owner,
    },
  ];
}

const nobody: Owner = { uid: 65534, gid: 65534 };

function hasName(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false;
  }
}

async function systemUser(): Promise<Owner> {
  const lines = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n').map((line) => line.split(':'));
  const entry = lines.find(([name]) => name === 'postgres') ?? lines.find(([name]) => name === 'nobody');
  const [uid, gid] = [Number(entry?.[2]), Number(entry?.[3])];
  return uid > 0 && gid > 0 ? { uid, gid } : nobody;
}

async function whyNot(
  launcher: Launcher,
  binaries: Binaries,
  environment: ChildEnvironment,
  dataDirectory: string,
): Promise<string | undefined> {
  if (launcher.as !== undefined) {
    const closed = await firstClosed(dirname(dataDirectory), launcher.as);
    if (closed !== undefined) return `may not enter ${closed}`;
  }
  const [file, args] = launchArguments(launcher, binaries.initdb, ['--version']);
  try {
    await promisify(execFile)(file, args, { env: environment, timeout: 10_000, ...launcher.as });
    return undefined;
  } catch (error) {
    const stderr = (error as { stderr?: string }).stderr ?? '';
    return (stderr.trim() || String((error as Error).message)).split('\n')[0];
  }
}

/** The first directory on the way down to `directory` that the user may not pass. */
async function firstClosed(directory: string, { uid, gid }: Owner): Promise<string | undefined> {
  const parent = dirname(directory);
  const above = parent === directory ? undefined : await firstClosed(parent, { uid, gid });
  if (above !== undefined) return above;
  const found = await stat(directory);
  const bit = found.uid === uid ? 0o100 : found.gid === gid ? 0o010 : 0o001;
  return (found.mode & bit) === 0 ? directory : undefined;
}
