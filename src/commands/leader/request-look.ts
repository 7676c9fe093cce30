import type { DatabaseContext } from '../../context.ts';
import { askLook } from '../../control/ask-leader.ts';
import type { LookedMessage } from '../../control/message.ts';
import { type ConnectedDaemon, readDaemons } from '../../database/read-daemons.ts';
import { problem, SyncError } from '../../errors.ts';
import { endSentence } from '../../text/end-sentence.ts';
import { formatDuration } from '../../text/format-duration.ts';
import { requireMoving } from '../suspensions/require-moving.ts';
import { withLeaderChannel } from './with-leader-channel.ts';

export interface RequestLookOptions {
  /** Packs whose remotes are asked anew; none: all. */
  readonly refs: readonly string[];
  /** For history: `user@host`. */
  readonly who: string;
  /** How long to wait for the end of the pass; 0: only until the daemon heard. */
  readonly waitMs: number;
  /** Told as soon as the daemon heard, with its name. */
  readonly onHeard: (leader: string) => void;
}

export interface RequestedLook {
  /** `user@host` of the daemon that leads. */
  readonly leader: string;
  /** Null where it was not waited for. */
  readonly answer: LookedMessage | null;
}

/** How long a daemon may take to say that it heard: one in the middle of a pass answers between two steps. */
const hearMs = 5000;
/** How often it is looked at whether the same daemon still leads. */
const watchMs = 2000;

/**
 * Asks the daemon that leads to look again, through the database: a role with SELECT only may, from any host.
 *
 * @throws SyncError `no-daemon`, `no-leader` (retry soon), `no-answer` (retry soon), `suspended` with every suspension
 * of the packs asked for, `unknown-pack` for each that nobody knows after the pass, `look-unfinished` (retry soon) where the pass takes longer than was waited for, `leader-gone`
 * (retry soon), `not-done` (retry soon)
 */
export async function requestLook(context: DatabaseContext, options: RequestLookOptions): Promise<RequestedLook> {
  const { database, config } = context;
  const { refs, who, waitMs, onHeard } = options;
  const leader = requireLeader(await readDaemons(database.knex, config.name), config.name);
  await requireMoving(context, refs);
  const request = { manager: config.name, by: 'command', who, ...(refs.length === 0 ? {} : { refs }) } as const;
  await using watch = watchLeader(context, leader);
  const asked = await withLeaderChannel(database, (channel) =>
    askLook(channel, request, { hearMs, waitMs, signal: watch.gone, onHeard }),
  );
  if (context.signal.aborted)
    throw new SyncError('aborted', 'Nobody waits any more; the daemon goes on with the pass.');
  if (asked.type === 'unheard') throw noAnswer(leader);
  if (asked.type === 'looked') {
    const { answer } = asked;
    if (answer.outcome === 'not-done') throw notDone(answer.why ?? 'it did not say why');
    requireKnown(answer.unknown);
    return { leader: asked.who, answer };
  }
  if (watch.gone.aborted) throw leaderGone(asked.who);
  if (waitMs > 0) throw unfinished(asked.who, waitMs);
  return { leader: asked.who, answer: null };
}

function requireLeader(daemons: readonly ConnectedDaemon[], manager: string): ConnectedDaemon {
  const leader = daemons.find(({ leads }) => leads);
  if (leader !== undefined) return leader;
  if (daemons.length === 0)
    throw new SyncError('no-daemon', `No daemon of manager ${manager} runs on this database.`, {
      hint: '`attune-sync apply` does what it would do, now; `attune-sync daemon` starts one.',
    });
  throw new SyncError('no-leader', `None of the daemons of manager ${manager} leads at this moment.`, {
    hint: 'One of them takes over within seconds: ask again.',
    retry: 'soon',
  });
}

function requireKnown(unknown: readonly string[]): void {
  const problems = unknown.map((ref) =>
    problem('error', 'unknown-pack', `No document names ${ref}, and no pack of that name is installed.`, {
      hint: '`attune-sync status` lists the packs there are.',
    }),
  );
  const [first] = problems;
  if (first !== undefined) throw new SyncError(first.code, first.message, { problems });
}

/** A daemon that stops leading answers nobody any more. */
function watchLeader(context: DatabaseContext, leader: ConnectedDaemon) {
  const { database, config, signal } = context;
  const gone = new AbortController();
  const stop = () => gone.abort();
  signal.addEventListener('abort', stop);
  let looking = Promise.resolve();
  const look = async () => {
    const daemons = await readDaemons(database.knex, config.name);
    if (!daemons.some(({ pid, leads }) => leads && pid === leader.pid)) stop();
  };
  const timer = setInterval(() => {
    looking = looking.then(look).catch(stop);
  }, watchMs);
  return {
    gone: gone.signal,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      signal.removeEventListener('abort', stop);
      await looking;
    },
  };
}

function noAnswer({ name }: ConnectedDaemon): SyncError {
  return new SyncError('no-answer', `The daemon of ${name} leads, but does not answer.`, {
    hint: 'Look into its log. If it hangs, end it: another takes over, or start it anew.',
    retry: 'soon',
  });
}

function notDone(why: string): SyncError {
  const message = `The daemon could not do the pass: ${why}`;
  return new SyncError('not-done', endSentence(message), {
    hint: 'It tries again by itself; `attune-sync status` shows when.',
    retry: 'soon',
  });
}

function leaderGone(leader: string): SyncError {
  return new SyncError('leader-gone', `The daemon of ${leader} stopped leading before the pass had ended.`, {
    hint: 'Who takes over looks at everything anew; ask again to wait for it.',
    retry: 'soon',
  });
}

function unfinished(leader: string, waitMs: number): SyncError {
  const message = `The pass had not ended after ${formatDuration(waitMs)}; the daemon of ${leader} goes on with it.`;
  return new SyncError('look-unfinished', message, {
    hint: '`attune-sync status` shows what it is at; --timeout allows more time.',
    retry: 'soon',
  });
}
