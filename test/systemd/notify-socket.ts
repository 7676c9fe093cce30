import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasProgram } from '../support/run-program.ts';

/** Receives as systemd does: it closes the descriptor that comes with a barrier, which lets its sender go on. */
const receiver = `
import array, os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('bound', flush=True)
while True:
    data, ancillary, _, _ = s.recvmsg(4096, socket.CMSG_SPACE(16 * 4))
    for level, kind, fds in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            a = array.array('i')
            a.frombytes(fds[:len(fds) - len(fds) % a.itemsize])
            for fd in a: os.close(fd)
    text = data.decode().strip().replace('\\n', '|')
    if text != 'BARRIER=1': print(text, flush=True)
`;

export interface NotifySocket {
  readonly path: string;
  /** What was received, a line a message, its fields divided by `|`. */
  readonly messages: readonly string[];
  /** Waits for a message that matches, among those that came already too. */
  hears(pattern: RegExp): Promise<string>;
}

/** Which program a test of this socket lacks on this machine, as a sentence; false where none. */
export async function missingForSocket(): Promise<string | false> {
  for (const name of ['systemd-notify', 'python3']) if (!(await hasProgram(name))) return `${name} is not installed`;
  return false;
}

/** A socket as systemd gives one to a service, for as long as `work` runs. */
export async function withNotifySocket(work: (socket: NotifySocket) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'attune-notify-'));
  const path = join(directory, 'notify');
  const child = spawn('python3', ['-c', receiver, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const messages: string[] = [];
  let heard = () => {};
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    messages.push(...lines);
    heard();
  });
  const hears = async (pattern: RegExp) => {
    const deadline = AbortSignal.timeout(10_000);
    deadline.addEventListener('abort', () => heard(), { once: true });
    for (;;) {
      const found = messages.find((message) => pattern.test(message));
      if (found !== undefined) return found;
      if (deadline.aborted) throw new Error(`never heard ${pattern}; heard:\n${messages.join('\n')}`);
      await new Promise<void>((resolve) => {
        heard = resolve;
      });
    }
  };
  try {
    await hears(/^bound$/);
    await work({ path, messages, hears });
  } finally {
    child.kill('SIGKILL');
    await ended;
    await rm(directory, { recursive: true, force: true });
  }
}
