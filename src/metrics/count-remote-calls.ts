import { Counter, Histogram, type Registry } from 'prom-client';
import type { RemoteCall } from '../context.ts';
import type { DaemonView } from '../daemon/daemon-view.ts';

/** Documents name hosts, and whoever writes them must not fill the memory of who measures. */
const mostHosts = 100;

/** How long git waits for remotes, and how often in vain. */
export function countRemoteCalls({ context }: DaemonView, registry: Registry): { close(): void } {
  const durations = new Histogram({
    name: 'attune_sync_git_call_duration_seconds',
    help: 'How long git took to ask a remote (ls-remote) or to fetch from it (fetch), by host; local: a path.',
    labelNames: ['verb', 'host'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers: [registry],
  });
  const failures = new Counter({
    name: 'attune_sync_git_call_failures_total',
    help: 'Calls of git to a remote that failed, by host and by the code of the problem.',
    labelNames: ['verb', 'host', 'code'],
    registers: [registry],
  });
  const hosts = new Set<string>();
  const nameHost = (host: string) => {
    if (host === '') return 'local';
    if (hosts.size < mostHosts) hosts.add(host);
    return hosts.has(host) ? host : 'other';
  };
  const count = ({ verb, host, durationMs, failure }: RemoteCall) => {
    const labels = { verb, host: nameHost(host) };
    durations.observe(labels, durationMs / 1000);
    if (failure !== null) failures.inc({ ...labels, code: failure });
  };
  context.remoteListeners?.add(count);
  return { close: () => void context.remoteListeners?.delete(count) };
}
