import { Gauge, type Registry } from 'prom-client';
import type { DaemonState } from '../daemon/daemon-state.ts';
import type { DaemonView } from '../daemon/daemon-view.ts';

/** Numbers that are read off the daemon's state whenever somebody asks. */
export function showState(view: DaemonView, registry: Registry): { close(): void } {
  const { config, now } = view.context;
  new Gauge({
    name: 'attune_sync_info',
    help: 'Always 1; says which manager this daemon works for.',
    labelNames: ['manager'],
    registers: [registry],
  }).set({ manager: config.name }, 1);
  const gauge = (name: string, help: string, read: (state: DaemonState) => number) => {
    new Gauge({
      name: `attune_sync_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(read(view.state()));
      },
    });
  };
  gauge('leader', '1 while this daemon leads, 0 while it stands by.', ({ role }) => Number(role === 'leader'));
  gauge('running', '1 while a pass is under way.', ({ pass }) => Number(pass !== null));
  gauge('run_seconds', 'For how long the pass in hand has been under way; 0 while there is none.', ({ pass }) =>
    pass === null ? 0 : seconds(now()) - seconds(pass.startedAt),
  );
  gauge(
    'last_success_timestamp_seconds',
    'When the last pass over all packs ended that did not fail as a whole; 0 before the first.',
    ({ lastWholeAt }) => seconds(lastWholeAt),
  );
  gauge(
    'next_look_timestamp_seconds',
    'When the next pass begins by itself; 0 while that is not known.',
    ({ nextLookAt }) => seconds(nextLookAt),
  );
  gauge('retries_waiting', 'Packs that are tried again by themselves.', ({ retries }) => retries.size);
  gauge('sources', 'Remotes and registries that are followed.', ({ sources }) => sources.length);
  gauge(
    'sources_failing',
    'Remotes and registries that did not answer when they were last asked.',
    ({ sources }) => sources.filter(({ failing }) => failing !== null).length,
  );
  return { close() {} };
}

function seconds(time: Date | null): number {
  return time === null ? 0 : time.getTime() / 1000;
}
