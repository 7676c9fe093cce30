import { setMaxListeners } from 'node:events';

interface SignalSource {
  on(name: 'SIGINT' | 'SIGTERM' | 'SIGHUP', listener: () => void): unknown;
}

/** What a shell expects of a program that SIGINT ended. */
const interrupted = 130;

interface EndOptions {
  readonly tell: (text: string) => void;
  readonly end: (code: number) => void;
  /** A signal this soon after the first one is the same one, passed on twice by what started us; 0 by default. */
  readonly echoMs?: number;
  /** Offered SIGHUP first; true where it was taken, and nothing is to end. */
  readonly offerHangup?: () => boolean;
}

/** The first signal asks to finish the pack in hand, the second ends at once. Gives what the first one aborts. */
export function endOnSignals(source: SignalSource, options: EndOptions): AbortSignal {
  const { tell, end, echoMs = 0, offerHangup = () => false } = options;
  const controller = new AbortController();
  // Every git process that runs waits for it, and sync.concurrency says how many that are.
  setMaxListeners(0, controller.signal);
  let firstMs = 0;
  const onSignal = (again: string) => () => {
    if (controller.signal.aborted) {
      if (performance.now() - firstMs >= echoMs) end(interrupted);
      return;
    }
    firstMs = performance.now();
    tell(`\nStopping after what is in hand. ${again} ends at once.\n`);
    controller.abort();
  };
  source.on('SIGINT', onSignal('Ctrl-C once more'));
  source.on('SIGTERM', onSignal('Another signal'));
  const onHangup = onSignal('Another signal');
  source.on('SIGHUP', () => {
    if (controller.signal.aborted || !offerHangup()) onHangup();
  });
  return controller.signal;
}
