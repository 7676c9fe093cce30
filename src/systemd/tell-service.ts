import type { DaemonState } from '../daemon/daemon-state.ts';
import type { DaemonView } from '../daemon/daemon-view.ts';
import type { Notify } from './create-notify.ts';
import type { Pulse } from './feel-pulse.ts';
import { judgeProgress } from './judge-progress.ts';
import { renderServiceStatus } from './render-service-status.ts';

interface Options {
  readonly notify: Notify;
  readonly pulse: Pulse;
  /** Null: no watchdog waits for signs of life. */
  readonly watchdogMs: number | null;
  readonly tickMs: number;
  /** A daemon before this one, with another configuration, was ready: this one is as soon as it runs. */
  readonly wasReady: boolean;
}

/** Where nobody knows who leads, a database that is away perhaps, a daemon counts as started after this. */
const patienceMs = 30_000;
/** The first pass may build environments: while it goes on, starting may take this much longer. */
const extendMs = 60_000;

/**
 * Tells the service manager what is new about a daemon, and that it lives as long as its loop goes on. Closing it says
 * whether the daemon was ready.
 */
export function tellService(view: DaemonView, options: Options): { close(): boolean } {
  const { notify, pulse, watchdogMs, tickMs } = options;
  const { config, log, now, signal, remoteListeners } = view.context;
  let isReady = false;
  let owesReady = options.wasReady;
  let isSending = false;
  let lastStatus = '';
  let lastStuck: string | null = null;
  let refused = '';
  let nextLifeMs = 0;

  const tick = async () => {
    if (isSending) return;
    const state = view.state();
    const read = pulse.read();
    const stuck = judgeProgress(state, read, { config, now: now() });
    if (stuck !== null && lastStuck === null) log.error(`The daemon is stuck: ${stuck}.`, { code: 'stuck' });
    lastStuck = stuck;
    // A daemon that ends was told of by who ends it; that it lives is worth telling until it has ended.
    const status = signal.aborted ? lastStatus : `${refused}${renderServiceStatus(state, read.steps, now())}`;
    const begins = !isReady && !signal.aborted && (owesReady || answers(state, now()));
    const livesOn = stuck === null && performance.now() >= nextLifeMs;
    if (livesOn) nextLifeMs = performance.now() + (watchdogMs ?? extendMs) / 2;
    isReady ||= begins;
    const fields = {
      ...(begins ? { READY: '1' } : {}),
      ...(livesOn && isReady && watchdogMs !== null ? { WATCHDOG: '1' } : {}),
      ...(livesOn && !isReady ? { EXTEND_TIMEOUT_USEC: String(extendMs * 1000) } : {}),
      ...(status === lastStatus ? {} : { STATUS: status }),
    };
    lastStatus = status;
    isSending = true;
    await notify(fields);
    isSending = false;
  };
  const timer = setInterval(tick, tickMs);
  const unsubscribe = view.events.subscribe((event) => {
    pulse.beat();
    if (event.type !== 'config-refused') return;
    const [first] = event.problems;
    refused = `Its new configuration was refused (${first?.message ?? 'see the log'}); the one before is in force. `;
    owesReady = isReady;
    isReady = false;
  });
  remoteListeners?.add(pulse.beat);
  void tick();
  return {
    close() {
      clearInterval(timer);
      unsubscribe();
      remoteListeners?.delete(pulse.beat);
      return isReady || owesReady;
    },
  };
}

/** It knows what it is here for, or that this will take a while. */
function answers({ role, since, last }: DaemonState, now: Date): boolean {
  return last !== null || role === 'standby' || (role === 'starting' && now.getTime() - since.getTime() > patienceMs);
}
