import type { Companion } from '../daemon/daemon-view.ts';
import { createNotify } from './create-notify.ts';
import type { Pulse } from './feel-pulse.ts';
import { tellService } from './tell-service.ts';

/** The service manager that started this process, for as long as the process lives. */
export interface Systemd {
  /** Tells it how a daemon is: started, what it does, that it lives. */
  readonly companion: (pulse: Pulse) => Companion;
  /** A reload begins; it ends with the next companion, or where the configuration is refused. */
  readonly reloading: () => void;
}

interface Options {
  /** For `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  /** Aborts when the process is to end. */
  readonly stopping: AbortSignal;
  /** How often it is looked whether there is something to tell; a second by default. */
  readonly tickMs?: number;
}

/** Null where systemd did not start this process, or does not want to hear of it. */
export function createSystemd({ environment, pid, stopping, tickMs = 1000 }: Options): Systemd | null {
  const socket = environment.NOTIFY_SOCKET ?? '';
  if (socket === '') return null;
  const watchdogMs = readWatchdog(environment, pid);
  let warn: (message: string) => void = () => {};
  const notify = createNotify(socket, environment.PATH, (message) => warn(message));
  const stop = () => void notify({ STOPPING: '1', STATUS: 'Stops after the pack in hand.' });
  stopping.addEventListener('abort', stop, { once: true });
  let wasReady = false;
  return {
    reloading: () => {
      const microseconds = process.hrtime.bigint() / 1000n;
      void notify({ RELOADING: '1', MONOTONIC_USEC: String(microseconds), STATUS: 'Reads its configuration anew.' });
    },
    companion: (pulse) => async (view) => {
      warn = (message) => view.context.log.warn(message);
      const teller = tellService(view, { notify, pulse, watchdogMs, tickMs, wasReady });
      return {
        async close() {
          wasReady = teller.close();
          await notify({});
        },
      };
    },
  };
}

/** Milliseconds between two signs of life, at most; null where none are asked of this process. */
function readWatchdog({ WATCHDOG_USEC: wanted, WATCHDOG_PID: whose }: Options['environment'], pid: number) {
  const microseconds = Number(wanted);
  const isOurs = whose === undefined || whose === String(pid);
  return isOurs && Number.isFinite(microseconds) && microseconds > 0 ? microseconds / 1000 : null;
}
