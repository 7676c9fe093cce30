import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { connect } from 'amqplib';

/** A RabbitMQ of its own, on loopback. */
export interface BrokerProcess extends AsyncDisposable {
  readonly url: string;
  start(): Promise<void>;
}

const programs = '/usr/lib/rabbitmq/bin';
const nameServer = 'epmd';
const patienceMs = 40_000;

/** Why there is no RabbitMQ to test with; false where there is one. */
export async function whyNoBroker(): Promise<string | false> {
  const found = await promisify(execFile)('erl', ['-noshell', '-eval', 'halt().'], { timeout: 10_000 })
    .then(() => promisify(execFile)('test', ['-x', `${programs}/rabbitmq-server`]))
    .then(
      () => true,
      () => false,
    );
  return found ? false : 'rabbitmq-server (of Debian) is not installed';
}

/** Not started, but with the name server of Erlang as a child of its own: by itself the broker would leave one behind. */
export async function prepareBroker(): Promise<BrokerProcess> {
  const directory = await mkdtemp(join(tmpdir(), 'attune-broker-'));
  const [port, distribution, names] = [await freePort(), await freePort(), await freePort()];
  const env = {
    PATH: `${programs}:${process.env.PATH ?? ''}`,
    HOME: directory,
    LANG: 'C.UTF-8',
    ERL_EPMD_PORT: String(names),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `attune${process.pid}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_MNESIA_BASE: join(directory, 'mnesia'),
    RABBITMQ_LOG_BASE: join(directory, 'log'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(directory, 'plugins'),
    RABBITMQ_CONF_ENV_FILE: join(directory, 'none'),
    RABBITMQ_PID_FILE: join(directory, 'pid'),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 1:1',
  };
  const options = { env, detached: true, stdio: 'ignore' } as const;
  const epmd = spawn(nameServer, ['-port', String(names), '-address', '127.0.0.1'], options);
  const url = `amqp://guest:guest@127.0.0.1:${port}`;
  let server: ChildProcess | null = null;
  return {
    url,
    async start() {
      server = spawn(`${programs}/rabbitmq-server`, [], options);
      await untilAnswers(url);
    },
    async [Symbol.asyncDispose]() {
      if (server !== null) await endGroup(server);
      await endGroup(epmd);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function untilAnswers(url: string): Promise<void> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const connection = await connect(url).catch(() => null);
    if (connection !== null) return connection.close();
    if (Date.now() > until) throw new Error('RabbitMQ did not come up');
    await sleep(50);
  }
}

async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-child.pid, 'SIGKILL');
  await ended;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject()));
    });
  });
}
