import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { ControlMessage, LookedMessage, LookMessage, StateMessage } from './message.ts';
import type { Channel } from './open-channel.ts';

/** What became of a request: nobody leads or answers, it was heard and takes longer than was waited for, or its end. */
export type AskedLook =
  | { readonly type: 'unheard' }
  | { readonly type: 'heard'; readonly who: string }
  | { readonly type: 'looked'; readonly who: string; readonly answer: LookedMessage };

interface AskLookOptions {
  /** How long the leader may take to say that it heard. */
  readonly hearMs: number;
  /** How long to wait for the pass; 0: not at all. */
  readonly waitMs: number;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  readonly onHeard?: (who: string) => void;
}

/** Asks the daemon that leads for a pass. @throws what the lost connection says */
export async function askLook(
  channel: Channel,
  request: Omit<LookMessage, 'type' | 'id'>,
  { hearMs, waitMs, signal, onHeard = () => {} }: AskLookOptions,
): Promise<AskedLook> {
  const id = randomUUID();
  // As many requests as come wait for the leader, on a daemon that stands by.
  setMaxListeners(0, signal);
  const heard = awaitMessage(channel, (message) => (message.type === 'heard' && message.id === id ? message : null));
  const looked = awaitMessage(channel, (message) => (message.type === 'looked' && message.id === id ? message : null));
  try {
    await channel.send({ type: 'look', id, ...request });
    const first = await within(heard.found, hearMs, signal);
    if (first === null) return { type: 'unheard' };
    onHeard(first.who);
    const answer = waitMs === 0 ? null : await within(looked.found, waitMs, signal);
    return answer === null ? { type: 'heard', who: first.who } : { type: 'looked', who: first.who, answer };
  } finally {
    heard.stop();
    looked.stop();
  }
}

/** Asks the daemon that leads what it is at; null where none answers in time. @throws what the lost connection says */
export async function askState(
  channel: Channel,
  manager: string,
  { waitMs, signal }: { readonly waitMs: number; readonly signal: AbortSignal },
): Promise<StateMessage | null> {
  const id = randomUUID();
  const state = awaitMessage(channel, (message) => (message.type === 'state' && message.id === id ? message : null));
  try {
    await channel.send({ type: 'ask-state', id, manager });
    return await within(state.found, waitMs, signal);
  } finally {
    state.stop();
  }
}

function awaitMessage<Found>(channel: Channel, pick: (message: ControlMessage) => Found | null) {
  let stop = () => {};
  const found = new Promise<Found>((resolve) => {
    stop = channel.subscribe((message) => {
      const picked = pick(message);
      if (picked !== null) resolve(picked);
    });
  });
  return { found, stop };
}

/** Null where the time is up, or the signal aborts, before it is found. */
function within<Found>(found: Promise<Found>, ms: number, signal: AbortSignal): Promise<Found | null> {
  return new Promise((resolve) => {
    const end = (value: Found | null) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      resolve(value);
    };
    const giveUp = () => end(null);
    const timer = setTimeout(giveUp, ms);
    signal.addEventListener('abort', giveUp);
    if (signal.aborted) giveUp();
    void found.then(end);
  });
}
