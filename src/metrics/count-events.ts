import { Counter, Histogram, type Registry } from 'prom-client';
import type { DaemonView } from '../daemon/daemon-view.ts';
import type { Problem } from '../errors.ts';
import type { DaemonEvent } from '../events/event.ts';

/** Counts what happens, as events tell it. */
export function countEvents({ events }: DaemonView, registry: Registry): { close(): void } {
  const registers = [registry];
  const all = new Counter({
    name: 'attune_sync_events_total',
    help: 'What the daemon told, by type of event.',
    labelNames: ['type'],
    registers,
  });
  const runs = new Histogram({
    name: 'attune_sync_run_duration_seconds',
    help: 'How long a pass took, by what caused it and how it ended; error: as a whole it could not be done.',
    labelNames: ['cause', 'outcome'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900],
    registers,
  });
  const applied = new Counter({
    name: 'attune_sync_changes_total',
    help: 'Packs that were changed, by action and reason.',
    labelNames: ['action', 'reason'],
    registers,
  });
  const refused = new Counter({
    name: 'attune_sync_refusals_total',
    help: 'Changes of packs that were held back, by the code of what held them; counted when it begins, not in every pass.',
    labelNames: ['code'],
    registers,
  });
  const failures = new Counter({
    name: 'attune_sync_failures_total',
    help: 'Packs that could not be read or changed, by the code of the problem, and passes that could not be done.',
    labelNames: ['code'],
    registers,
  });
  const fights = new Counter({
    name: 'attune_sync_fights_total',
    help: 'How often it was noticed that somebody else keeps writing a field that the daemon repairs.',
    registers,
  });

  function count(event: DaemonEvent): void {
    all.inc({ type: event.type });
    if (event.type === 'pass-ended') {
      runs.observe({ cause: event.cause, outcome: event.outcome }, event.durationMs / 1000);
    } else if (event.type === 'pass-failed') {
      runs.observe({ cause: event.cause, outcome: 'error' }, event.durationMs / 1000);
      for (const code of codesOf(event.problems)) failures.inc({ code });
    } else if (event.type === 'pack-applied') {
      applied.inc({ action: event.action, reason: event.reason });
    } else if (event.type === 'pack-troubled') {
      const counter = event.outcome === 'blocked' ? refused : failures;
      for (const code of codesOf(event.problems)) counter.inc({ code });
    } else if (event.type === 'fight') {
      fights.inc();
    }
  }
  return { close: events.subscribe(count) };
}

function codesOf(problems: readonly Problem[]): ReadonlySet<string> {
  return new Set(problems.map(({ code }) => code));
}
