import { readFile } from 'node:fs/promises';
import type { Config } from '../config/config.ts';
import { type Problem, SyncError } from '../errors.ts';
import type { RunUser } from './run-command.ts';

interface Machine {
  /** Text of the list of users, in the form of /etc/passwd. */
  readonly users: () => Promise<string>;
  /** The number of the user that this process runs as; undefined where users have none. */
  readonly own: () => number | undefined;
}

const thisMachine: Machine = {
  users: () => readFile('/etc/passwd', 'utf8').catch(() => ''),
  own: () => process.getuid?.(),
};

/**
 * The user that builds environments and runs the tests of packs: `environments.runAs`, by name or number, from
 * /etc/passwd, because Node cannot ask the system's name service. A number without an entry is its own group.
 *
 * @returns undefined where it is the user that this process runs as
 * @throws SyncError `unknown-user`; `user-refused` where another is wanted and this process is not root
 */
export async function findUser(runAs: string, machine: Machine = thisMachine): Promise<RunUser | undefined> {
  const entries = (await machine.users()).split('\n').map((line) => line.split(':'));
  const entry = entries.find(([name]) => name === runAs) ?? entries.find(([, , uid]) => uid === runAs);
  const uid = entry?.[2] ?? (/^\d{1,10}$/.test(runAs) ? runAs : undefined);
  if (uid === undefined) {
    throw new SyncError('unknown-user', `environments.runAs names the user ${runAs}, whom this machine does not have`, {
      hint: 'Create the user, or write the number, in quotes, of one who is not in /etc/passwd.',
    });
  }
  const own = machine.own();
  if (own === Number(uid)) return undefined;
  if (own !== 0) {
    throw new SyncError(
      'user-refused',
      `environments.runAs names the user ${runAs}, and only root can run as another`,
      {
        hint: `Run this as root or as ${runAs}, or leave out environments.runAs.`,
      },
    );
  }
  return { uid: Number(uid), gid: Number(entry?.[3] ?? uid) };
}

/**
 * Before anything is read or written: found with the first pack that needs an environment, the same mistake would be
 * told of every one. Whoever only plans need not be able to build.
 *
 * @throws SyncError as `findUser`
 */
export async function checkUser({ environments, tests }: Settings, machine?: Machine): Promise<void> {
  const { runAs, build } = environments;
  if (runAs !== undefined && (build === 'here' || tests !== 'off')) await findUser(runAs, machine);
}

/**
 * A user whom this machine does not have, for whoever only plans or validates: perhaps on another machine than the one
 * that builds, and mostly as no root.
 */
export async function warnOfUser(config: Settings & Pick<Config, 'file'>, machine?: Machine): Promise<Problem[]> {
  try {
    await checkUser(config, machine);
    return [];
  } catch (error) {
    if (!(error instanceof SyncError) || error.code !== 'unknown-user') return [];
    return error.problems.map((one) => ({ ...one, severity: 'warning', where: { file: config.file } }));
  }
}

type Settings = Pick<Config, 'environments' | 'tests'>;

/**
 * Who asks the interpreters that packs name for their versions: the user that builds, because they are programs of others
 * too. Whoever only plans and cannot be that user asks as themselves.
 */
export async function findAsker({ runAs }: Config['environments'], machine?: Machine): Promise<RunUser | undefined> {
  if (runAs === undefined) return undefined;
  return findUser(runAs, machine).catch((error: unknown) => {
    if (error instanceof SyncError) return undefined;
    throw error;
  });
}
