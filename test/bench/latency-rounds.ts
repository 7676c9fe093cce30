import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import { connect } from '../../src/database/connect.ts';
import type { Bench } from './bench.ts';
import { type CommittedPack, commitOf, listenForCommits } from './commits.ts';
import { commitFiles, type RemoteFleet } from './make-fleet.ts';
import { measureBeside, type Samples } from './measure.ts';
import { packFiles } from './pack-files.ts';
import { openTarget, type Target } from './target.ts';

interface LatencyOptions {
  /** With a file `watched`, for the floor. */
  readonly directory: string;
  readonly fleet: RemoteFleet;
  readonly rounds: number;
}

type Beside = { readonly ours: Samples; readonly floor: Samples };

const secret = 'a secret of the bench';
/** Saves and pushes come whenever they like; a pass may be in hand, and mostly is none. */
const pausesMs = [60, 410] as const;

/** Runs the daemon over the fleet with webhooks, and the floor beside it, and takes both in turns. */
export async function latencyRounds(
  bench: Bench,
  options: LatencyOptions,
): Promise<{ saves: Beside; webhooks: Beside }> {
  const { directory, fleet, rounds } = options;
  const target = await openTarget(bench.directory, bench.server, fleet.desired);
  const [port, floorPort] = [await findPort(), await findPort()];
  await appendFile(target.configFile, configureHttp(port));
  const { database } = target.context;
  const listener = await connect(database.connection, database.schema, 'attune-sync-bench');
  const daemon = bench.program.start('run-daemon', [target.configFile]);
  try {
    await daemon.answer();
    await listenForCommits(listener);
    await database.knex('pack').insert({ ref: 'floor', label: 'Floor', version: '0.0.0' });
    const watched = join(directory, 'watched');
    const floor = bench.program.start('watch-and-update', [urlOf(target), watched, `${floorPort}`, secret]);
    try {
      await floor.answer();
      const times = { warmUps: bench.short ? 0 : 3, runs: rounds };
      const saves = await measureSaves(listener, { times, watched, document: join(fleet.desired, 'core.yaml') });
      const remote = fleet.remotes[1] ?? { ref: '', url: '' };
      const webhooks = await measureWebhooks(listener, { times, remote, port, floorPort });
      return { saves, webhooks };
    } finally {
      await floor.close();
    }
  } finally {
    await listener.end();
    await daemon.close();
    await target.close();
  }
}

type Times = Parameters<typeof measureBeside>[0];

async function measureSaves(
  listener: pg.Client,
  { times, watched, document }: { times: Times; watched: string; document: string },
): Promise<Beside> {
  const original = await readFile(document, 'utf8');
  let round = 0;
  try {
    return await measureBeside(
      times,
      () => {
        round += 1;
        const expected = `${round}`;
        const text = `${original}config: { round: ${round} }\n`;
        return timeCommit(
          listener,
          (pack) => pack.ref === 'core' && pack.round === expected,
          () => writeFile(document, text),
        );
      },
      () =>
        timeCommit(
          listener,
          isFloor((pack) => pack.round === `${round}`),
          () => writeFile(watched, `${round}`),
        ),
    );
  } finally {
    await writeFile(document, original);
  }
}

interface WebhookOptions {
  readonly times: Times;
  readonly remote: RemoteFleet['remotes'][number];
  readonly port: number;
  readonly floorPort: number;
}

async function measureWebhooks(listener: pg.Client, options: WebhookOptions): Promise<Beside> {
  const { times, remote, port, floorPort } = options;
  const manifest = packFiles(remote.ref)['pack.yaml'] ?? '';
  let round = 0;
  return measureBeside(
    times,
    async () => {
      round += 1;
      const version = `1.0.${round}`;
      // What was pushed is there before the host tells of it.
      await commitFiles(remote.url, { 'pack.yaml': manifest.replace('version: 1.0.0', `version: ${version}`) });
      const sent = () => send(`http://127.0.0.1:${port}/webhooks/bench`, { repository: { clone_url: remote.url } });
      return timeCommit(listener, (pack) => pack.ref === remote.ref && pack.version === version, sent);
    },
    () => {
      const version = `1.0.${round}`;
      const sent = () => send(`http://127.0.0.1:${floorPort}/`, { version });
      return timeCommit(
        listener,
        isFloor((pack) => pack.version === version),
        sent,
      );
    },
  );
}

/** From the beginning of the work until the row is committed, in ms; then a pause. */
async function timeCommit(
  listener: pg.Client,
  isIt: (pack: CommittedPack) => boolean,
  work: () => Promise<unknown>,
): Promise<number> {
  const committed = commitOf(listener, isIt);
  const began = performance.now();
  const [ended] = await Promise.all([committed, work()]);
  const [least, most] = pausesMs;
  await setTimeout(least + Math.random() * (most - least));
  return ended - began;
}

function isFloor(isIt: (pack: CommittedPack) => boolean): (pack: CommittedPack) => boolean {
  return (pack) => pack.ref === 'floor' && isIt(pack);
}

async function send(url: string, payload: unknown): Promise<void> {
  const body = JSON.stringify(payload);
  const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  const headers = { 'content-type': 'application/json', 'x-signature': signature };
  const response = await fetch(url, { method: 'POST', headers, body });
  if (response.status !== 202) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
}

function configureHttp(port: number): string {
  return `http:
  listen: 127.0.0.1:${port}
  webhooks:
    - { name: bench, type: generic, secret: ${JSON.stringify(secret)} }
`;
}

function urlOf({ context }: Target): string {
  const { connection } = context.database;
  return 'connectionString' in connection ? connection.connectionString : '';
}

/** One that is free now. */
async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
