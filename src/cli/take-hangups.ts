/** SIGHUP, for a verb that lives on after it. */
export interface Hangups {
  /** Has SIGHUP tell `listener` from now on, instead of ending the program; gives what takes that back. */
  readonly take: (listener: () => void) => () => void;
  /** Tells who took it; false where nobody did. */
  readonly offer: () => boolean;
}

/** @param isAlone whether the terminal that the program was started at is gone: a SIGHUP then says that, and no more */
export function takeHangups(isAlone: () => boolean): Hangups {
  let taker: (() => void) | null = null;
  return {
    take(listener) {
      taker = listener;
      return () => {
        taker = null;
      };
    },
    offer() {
      if (taker === null || isAlone()) return false;
      taker();
      return true;
    },
  };
}
