export interface Debounced {
  call(): void;
  /** Forgets a call that waits. */
  cancel(): void;
}

/** Calls `action` once after `quietMs` without a call, and at the latest ten times that after the first one. */
export function debounce(action: () => void, quietMs: number): Debounced {
  let timer: NodeJS.Timeout | undefined;
  let latest = 0;
  const cancel = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    call() {
      const now = performance.now();
      if (timer === undefined) latest = now + quietMs * 10;
      clearTimeout(timer);
      timer = setTimeout(
        () => {
          timer = undefined;
          action();
        },
        Math.min(quietMs, Math.max(0, latest - now)),
      );
    },
    cancel,
  };
}
