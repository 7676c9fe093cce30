import { setMaxListeners } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { Context } from '../../context.ts';
import { type Channel, openChannel } from '../../control/open-channel.ts';
import { type Candidate, openCandidate } from '../../database/open-candidate.ts';
import { problemsOf, SyncError } from '../../errors.ts';
import { backoffMs } from '../backoff.ts';
import { fenceDatabase } from './fence-database.ts';
import type { ElectionOptions } from './leadership.ts';
import { createTroubleLog } from './tell-trouble.ts';

/** How often one that stands by tries to lead: the time that a takeover takes. */
const pollMs = 1000;

/** A database that was away is noticed this soon after it came back. */
const longestWaitMs = 10_000;

/**
 * Stands for election until the signal aborts: leads where nobody else does, else stands by and tries again each
 * second. Who lost the connection that holds the lock stands anew; a database that is away is tried again.
 */
export async function runElections(context: Context, options: ElectionOptions): Promise<void> {
  const { signal, log } = context;
  const trouble = createTroubleLog(log);
  let failures = 0;
  const stands = () => {
    failures = 0;
    options.state.update({ databaseAwaySince: null });
    trouble.over();
  };
  /** A pooler, or a schema that is not there, is no database that is away. */
  const awaySince = (error: unknown) => {
    const isAway = error instanceof SyncError && error.retry === 'soon';
    return isAway ? (options.state.read().databaseAwaySince ?? context.now()) : null;
  };
  while (!signal.aborted) {
    const elected = await stand(context, options, stands).catch((error: unknown) => ({ error }));
    // What a stop cuts short has not failed.
    if (elected === null || ('error' in elected && signal.aborted)) return;
    if ('error' in elected) {
      failures += 1;
      // An embedded server that died is started again where it is opened anew.
      await options.database.drop();
      options.state.update({ role: 'starting', leader: null, databaseAwaySince: awaySince(elected.error) });
      const waitMs = Math.min(longestWaitMs, backoffMs(failures, options.random));
      trouble.tell(problemsOf(elected.error), waitMs);
      await wait(waitMs, signal);
      continue;
    }
    try {
      await leadWith(context, elected, options);
    } finally {
      await elected.candidate.close();
    }
  }
}

interface Elected {
  readonly candidate: Candidate;
  readonly channel: Channel;
}

/**
 * Stands until it leads; null where the signal aborted before.
 * @param stands called once the database takes part
 * @throws what keeps it from standing
 */
async function stand(context: Context, options: ElectionOptions, stands: () => void): Promise<Elected | null> {
  const { who, database } = options;
  const candidate = await openCandidate(await database.get(), { manager: context.config.name, who });
  let leads = false;
  try {
    const channel = await openChannel(candidate.client);
    stands();
    options.stand(channel, candidate.lost);
    leads = await standBy(context, candidate, options);
    return leads ? { candidate, channel } : null;
  } finally {
    if (!leads) await candidate.close();
  }
}

/** Until it leads: true, or the signal aborts: false. */
async function standBy({ signal, log }: Context, candidate: Candidate, options: ElectionOptions): Promise<boolean> {
  const { state, emit } = options;
  const ended = AbortSignal.any([signal, candidate.lost]);
  let known: string | null | undefined;
  while (!signal.aborted) {
    const { leads, leader } = await candidate.tryLead();
    if (leads) {
      // That nobody else leads is news to who stood by.
      log[known === undefined ? 'debug' : 'info'](`${options.who} leads.`);
      return true;
    }
    if (leader !== known) {
      state.update({ role: 'standby', leader });
      emit({ type: 'standing-by', leader });
      log.info(`Standing by: ${leader ?? 'another daemon'} leads.`);
      known = leader;
    }
    await wait(pollMs, ended);
  }
  return false;
}

async function leadWith(context: Context, { candidate, channel }: Elected, options: ElectionOptions): Promise<void> {
  const { who, state, emit, database } = options;
  const { log } = context;
  // Of its own, so that what it ends sees the abort of a daemon that stops, and not an error of the database.
  const over = new AbortController();
  const stop = () => over.abort();
  // Every process that a pass starts listens to it.
  setMaxListeners(0, over.signal);
  const lose = () => {
    stop();
    if (context.signal.aborted) return;
    const why = problemsOf(candidate.lost.reason).map(({ message }) => message);
    state.update({ role: 'starting', leader: null, nextLookAt: null, databaseAwaySince: context.now() });
    emit({ type: 'leader-lost', why: why.join(' ') });
    log.warn(`${why.join(' ')} What is in hand is called off; this daemon stands for election again.`);
  };
  state.update({ role: 'leader', leader: who });
  emit({ type: 'leader-gained' });
  context.signal.addEventListener('abort', stop);
  candidate.lost.addEventListener('abort', lose);
  if (context.signal.aborted) stop();
  if (candidate.lost.aborted) lose();
  try {
    await options.lead({ signal: over.signal, channel, database: fenceDatabase(database, candidate.fence) });
  } finally {
    context.signal.removeEventListener('abort', stop);
    candidate.lost.removeEventListener('abort', lose);
  }
}

/** Ends early, without an error, where the signal aborts. */
function wait(ms: number, signal: AbortSignal): Promise<void> {
  return setTimeout(ms, undefined, { signal }).catch(() => {});
}
