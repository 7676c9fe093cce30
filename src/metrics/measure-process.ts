import { readdir } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { DaemonView } from '../daemon/daemon-view.ts';

/** What every process is measured by, under the names that Prometheus gives them. */
export function measureProcess({ context }: DaemonView, registry: Registry): { close(): void } {
  const registers = [registry];
  new Gauge({
    name: 'process_start_time_seconds',
    help: 'When the process was started.',
    registers,
  }).set(context.now().getTime() / 1000 - process.uptime());
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Memory that the process holds.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Processor time that the process used.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  new Gauge({
    name: 'process_open_fds',
    help: 'File descriptors that are open.',
    registers,
    async collect() {
      // Linux tells; elsewhere there is no such number.
      const open = await readdir('/proc/self/fd').catch(() => null);
      if (open !== null) this.set(open.length);
    },
  });
  let before = performance.eventLoopUtilization();
  new Gauge({
    name: 'nodejs_eventloop_utilization_ratio',
    help: 'How much of the time the event loop was busy since this was last read: near 1, nothing is answered in time.',
    registers,
    collect() {
      const now = performance.eventLoopUtilization();
      this.set(performance.eventLoopUtilization(now, before).utilization);
      before = now;
    },
  });
  return { close() {} };
}
