import { setTimeout } from 'node:timers/promises';
import type { ChaosDaemon } from '../daemons.ts';
import type { ChaosWorld } from '../world.ts';
import { type Fault, seconds } from './fault.ts';

/** Daemons that end, come and stand still, and a database that does. */
export const processFaults: readonly Fault[] = [
  { name: 'kill', run: (world) => endOne(world, 'SIGKILL') },
  { name: 'stop', run: (world) => endOne(world, 'SIGTERM') },
  {
    name: 'pause',
    async run(world) {
      const daemon = pickDaemon(world);
      if (daemon === undefined) return 'nothing: no daemon runs';
      const ms = world.span(1000, 6000);
      daemon.send('SIGSTOP');
      world.later(ms, `pause of ${daemon.number}`, () => daemon.send('SIGCONT'));
      return `daemon ${daemon.number} stands still for ${seconds(ms)}`;
    },
  },
  {
    name: 'second-daemon',
    async run(world) {
      const ms = world.span(2000, 12_000);
      const signal = world.random.pick(['SIGKILL', 'SIGTERM'] as const);
      const daemon = world.daemons.start();
      world.later(ms, `daemon ${daemon.number}`, async () => {
        if (daemon.isAlive()) await daemon.end(signal);
        startWhereNone(world);
      });
      return `daemon ${daemon.number} joins, and ends after ${seconds(ms)} by ${signal}`;
    },
  },
  {
    name: 'postgres',
    async run({ server, random, span }) {
      const how = random.pick(['SIGINT', 'SIGQUIT'] as const);
      const ms = span(0, 4000);
      await server.stop(how);
      await setTimeout(ms);
      await server.start();
      return `Postgres was ${how === 'SIGINT' ? 'stopped' : 'crashed'} and started after ${seconds(ms)}`;
    },
  },
  {
    name: 'connections',
    async run({ sql, random }) {
      const which = random.pick(['all', 'half', "leaders'"] as const);
      const condition = {
        all: 'TRUE',
        half: 'pid % 2 = 0',
        "leaders'": `application_name LIKE 'attune-sync leader%'`,
      }[which];
      const cut = await sql(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE application_name LIKE 'attune-sync%' AND application_name NOT LIKE '%lease%' AND ${condition}`,
      );
      return `${which} connections of daemons were cut: ${cut.length}`;
    },
  },
];

async function endOne(world: ChaosWorld, signal: 'SIGKILL' | 'SIGTERM'): Promise<string> {
  const ms = world.span(0, 3000);
  const daemon = pickDaemon(world);
  if (daemon === undefined) return 'nothing: no daemon runs';
  await daemon.end(signal);
  world.later(ms, `restart of ${daemon.number}`, () => startWhereNone(world));
  return `daemon ${daemon.number} was ended by ${signal}, another starts after ${seconds(ms)}`;
}

function pickDaemon({ daemons, random }: ChaosWorld): ChaosDaemon | undefined {
  const running = daemons.running();
  return running.length === 0 ? undefined : random.pick(running);
}

function startWhereNone({ daemons }: ChaosWorld): void {
  if (daemons.running().length === 0) daemons.start();
}
