import type { Context } from '../context.ts';
import type { Channel } from '../control/open-channel.ts';
import { problemsOf } from '../errors.ts';
import { createEvents } from '../events/create-events.ts';
import type { DaemonOptions } from './daemon-options.ts';
import type { Companion, DaemonView } from './daemon-view.ts';
import { keepDatabase } from './keep-database.ts';
import { keepState } from './keep-state.ts';
import { lead } from './lead.ts';
import type { Leadership } from './leader/leadership.ts';
import { runElections } from './leader/run-elections.ts';
import { passOn, serveChannel } from './leader/serve-channel.ts';
import { createLookRequests } from './look-requests.ts';
import { createNudge } from './nudge.ts';
import { realTiming } from './timing.ts';

/**
 * Keeps what is installed as desired until `context.signal` aborts: then the pack in hand is finished and everything
 * closed. Nothing that a pass meets ends it: what failed is logged with when it is tried next.
 */
export async function runDaemon(context: Context, options: DaemonOptions): Promise<void> {
  const { log, redactor, config } = context;
  const timing = options.timing ?? realTiming;
  const state = keepState(context.now);
  const events = createEvents({
    now: context.now,
    onError: (error) =>
      log.warn(
        `An event was not told: ${problemsOf(error)
          .map(({ message }) => message)
          .join('; ')}`,
      ),
  });
  const database = keepDatabase(options.openDatabase);
  const view: DaemonView = {
    context,
    who: options.who,
    events,
    database,
    state: state.read,
    requestLook: (request) => take(request),
  };
  let take: DaemonView['requestLook'] = refuse('it is not known yet which daemon leads');
  let standing = new AbortController();
  const onReady = onceOnly(options.onReady);

  function stand(channel: Channel, lost: AbortSignal): void {
    standing = new AbortController();
    const over = AbortSignal.any([context.signal, lost, standing.signal]);
    take = (request) => passOn(channel, config.name, request, over);
  }

  async function leadFor({ signal, database, channel }: Leadership): Promise<void> {
    standing.abort();
    const nudge = createNudge(timing);
    const requests = createLookRequests(({ by, who, refs = [], urls }) => {
      const named = urls === undefined ? {} : { urls: urls.map((url) => redactor.redact(url)) };
      events.emit({ type: 'look-requested', by, who, refs, ...named });
      nudge.nudge();
    });
    const close = () => requests.close(context.signal.aborted ? 'the daemon stopped' : 'the daemon leads no longer');
    signal.addEventListener('abort', close, { once: true });
    take = requests.add;
    const mute = serveChannel(channel, {
      manager: config.name,
      who: options.who,
      redactor,
      state: state.read,
      requestLook: requests.add,
      onError: (error) => log.debug(`An answer was not sent: ${problemsOf(error)[0]?.message ?? ''}`),
    });
    try {
      await lead({ ...context, signal }, { options, timing, database, state, events, requests, nudge, onReady });
    } finally {
      mute();
      close();
    }
  }

  const companions: Awaited<ReturnType<Companion>>[] = [];
  let hasBegun = false;

  try {
    for (const start of options.companions ?? []) companions.push(await start(view));
    hasBegun = true;
    const elections = options.elections ?? runElections;
    await elections(context, {
      who: options.who,
      database,
      state,
      emit: events.emit,
      random: timing.random,
      stand,
      lead: leadFor,
    });
  } finally {
    state.update({ role: 'stopping' });
    take = refuse('the daemon stopped');
    for (const companion of companions.reverse()) await companion.close();
    await database.close();
    if (hasBegun) log.info('Stopped.');
  }
}

function refuse(why: string): DaemonView['requestLook'] {
  return async () => ({ outcome: 'not-done', why });
}

/** However often this daemon leads. */
function onceOnly(call: (() => void) | undefined): () => void {
  let isDone = false;
  return () => {
    if (!isDone) call?.();
    isDone = true;
  };
}
