import type { DaemonState } from './daemon-state.ts';

/** The one place where a daemon's state is kept. */
export interface KeptState {
  read(): DaemonState;
  update(change: Partial<DaemonState>): void;
}

/** A daemon that knows nothing yet. */
export function keepState(now: () => Date): KeptState {
  let state: DaemonState = {
    role: 'starting',
    since: now(),
    leader: null,
    databaseAwaySince: null,
    pass: null,
    last: null,
    lastWholeAt: null,
    nextLookAt: null,
    plan: null,
    desired: null,
    retries: new Map(),
    sources: [],
    fights: [],
  };
  return {
    read: () => state,
    update(change) {
      const moved = change.role !== undefined && change.role !== state.role;
      state = { ...state, ...(moved ? { since: now() } : {}), ...change };
    },
  };
}
