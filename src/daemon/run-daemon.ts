import type { Context } from '../context.ts';
import { problemsOf } from '../errors.ts';
import { createEvents } from '../events/create-events.ts';
import type { DaemonOptions } from './daemon-options.ts';
import type { Companion, DaemonView } from './daemon-view.ts';
import { keepDatabase } from './keep-database.ts';
import { keepState } from './keep-state.ts';
import { lead } from './lead.ts';
import { createLookRequests } from './look-requests.ts';
import { createNudge } from './nudge.ts';
import { realTiming } from './timing.ts';

/**
 * Keeps what is installed as desired until `context.signal` aborts: then the pack in hand is finished and everything
 * closed. Nothing that a pass meets ends it: what failed is logged with when it is tried next.
 */
export async function runDaemon(context: Context, options: DaemonOptions): Promise<void> {
  const { log } = context;
  const timing = options.timing ?? realTiming;
  const nudge = createNudge(timing);
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
  const requests = createLookRequests(({ by, who, refs = [] }) => {
    events.emit({ type: 'look-requested', by, who, refs });
    nudge.nudge();
  });
  const database = keepDatabase(options.openDatabase);
  const view: DaemonView = {
    context,
    who: options.who,
    events,
    database,
    state: state.read,
    requestLook: requests.add,
  };
  const companions: Awaited<ReturnType<Companion>>[] = [];

  try {
    for (const start of options.companions ?? []) companions.push(await start(view));
    state.update({ role: 'leader', leader: options.who });
    const onReady = options.onReady ?? (() => {});
    await lead(context, { options, timing, database, state, events, requests, nudge, onReady });
  } finally {
    state.update({ role: 'stopping' });
    requests.close('the daemon stopped');
    for (const companion of companions.reverse()) await companion.close();
    await database.close();
    log.info('Stopped.');
  }
}
