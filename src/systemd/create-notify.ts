import { spawn } from 'node:child_process';

/**
 * Fields of one message to the service manager, such as `READY: '1'`; none: nothing is sent. Resolves when it and all
 * before it were taken; never rejects.
 */
export type Notify = (fields: Readonly<Record<string, string>>) => Promise<void>;

const deadlineMs = 10_000;

/**
 * Speaks to systemd through its own `systemd-notify`, one message after the other: Node has no datagram sockets in the
 * file system. It waits for each to be taken, since systemd cannot say whose a message is once its sender has ended.
 *
 * @param onError told once, with a sentence, that messages do not arrive
 */
export function createNotify(socket: string, path: string | undefined, onError: (message: string) => void): Notify {
  const env = { NOTIFY_SOCKET: socket, PATH: path ?? '/usr/bin:/bin' };
  let last = Promise.resolve();
  let isTold = false;
  return (fields) => {
    const args = Object.entries(fields).map(([name, value]) => `${name}=${value.replace(/\s+/g, ' ')}`);
    if (args.length === 0) return last;
    last = last.then(async () => {
      const fault = await send(args, env);
      if (fault === null || isTold) return;
      isTold = true;
      onError(`systemd cannot be told how things are: ${fault}.`);
    });
    return last;
  };
}

/** @returns what went wrong, without a full stop */
function send(args: readonly string[], env: Readonly<Record<string, string>>): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn('systemd-notify', args, { env, cwd: '/', stdio: 'ignore' });
    const deadline = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
    const end = (fault: string | null) => {
      clearTimeout(deadline);
      resolve(fault);
    };
    child.once('error', ({ message }) => end(message));
    child.once('exit', (code) => end(code === 0 ? null : `systemd-notify ended with ${code ?? 'a signal'}`));
  });
}
