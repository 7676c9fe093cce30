interface SignalSource {
  on(name: 'SIGINT' | 'SIGTERM' | 'SIGHUP', listener: () => void): unknown;
}

/** What a shell expects of a program that SIGINT ended. */
const interrupted = 130;

/** The first signal asks to finish the pack in hand, the second ends at once. Gives what the first one aborts. */
export function endOnSignals(
  source: SignalSource,
  { tell, end }: { tell: (text: string) => void; end: (code: number) => void },
): AbortSignal {
  const controller = new AbortController();
  const onSignal = (again: string) => () => {
    if (controller.signal.aborted) {
      end(interrupted);
      return;
    }
    tell(`\nStopping after what is in hand. ${again} ends at once.\n`);
    controller.abort();
  };
  source.on('SIGINT', onSignal('Ctrl-C once more'));
  source.on('SIGTERM', onSignal('Another signal'));
  source.on('SIGHUP', onSignal('Another signal'));
  return controller.signal;
}
