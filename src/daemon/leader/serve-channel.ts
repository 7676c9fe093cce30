import { askLook } from '../../control/ask-leader.ts';
import type { ControlMessage, LookedMessage, PackAnswer, SourceAnswer, StateMessage } from '../../control/message.ts';
import type { Channel } from '../../control/open-channel.ts';
import { problemsOf } from '../../errors.ts';
import { sayPlaced } from '../../problems/say-placed.ts';
import type { Redactor } from '../../redactor.ts';
import type { DaemonState } from '../daemon-state.ts';
import type { DaemonView, LookAnswer, LookRequest } from '../daemon-view.ts';

interface ServeOptions {
  readonly manager: string;
  /** `user@host` of this daemon. */
  readonly who: string;
  readonly redactor: Redactor;
  readonly state: () => DaemonState;
  readonly requestLook: DaemonView['requestLook'];
  /** The connection is gone, and with it who would read an answer. */
  readonly onError: (error: unknown) => void;
}

/** So many are answered at a time. Every role may ask, and more than one that floods the channel will not do so. */
const mostLooks = 200;
const mostStates = 20;

/** Answers, as the one who leads, what is asked of it, until the returned function is called. */
export function serveChannel(channel: Channel, options: ServeOptions): () => void {
  const { manager, who, redactor, state, requestLook, onError } = options;
  const send = (message: ControlMessage) => channel.send(message).catch(onError);
  const underWay = { looks: 0, states: 0 };
  return channel.subscribe((message) => {
    if (message.type === 'ask-state' && message.manager === manager && underWay.states < mostStates) {
      underWay.states += 1;
      void send(stateMessage(message.id, who, { state: state(), redactor })).finally(() => {
        underWay.states -= 1;
      });
    }
    if (message.type !== 'look' || message.manager !== manager || underWay.looks >= mostLooks) return;
    underWay.looks += 1;
    const { id, by, who: asker, refs, urls } = message;
    void send({ type: 'heard', id, who });
    const request = {
      by,
      who: asker,
      ...(refs === undefined ? {} : { refs }),
      ...(urls === undefined ? {} : { urls }),
    };
    void requestLook(request)
      .then((answer) => send(lookedMessage(id, answer, { refs, redactor, state: state() })))
      .finally(() => {
        underWay.looks -= 1;
      });
  });
}

/** How long who stands by waits for the leader to say that it heard, and for its pass to end. */
const patience = { hearMs: 3000, waitMs: 30 * 60_000 };

/** Passes a request on to who leads. Never rejects. */
export async function passOn(
  channel: Channel,
  manager: string,
  request: LookRequest,
  signal: AbortSignal,
): Promise<LookAnswer> {
  const asked = await askLook(channel, { manager, ...request }, { ...patience, signal }).catch(() => null);
  if (asked === null || asked.type === 'unheard') return notDone('no daemon leads, or it does not answer');
  if (asked.type === 'heard') return notDone(`${asked.who} was asked, and did not answer`);
  const { outcome, why, packs, run, more } = asked.answer;
  return outcome === 'not-done' ? notDone(why ?? 'it was not said why') : { outcome, packs, run, more };
}

function notDone(why: string): LookAnswer {
  return { outcome: 'not-done', why };
}

interface LookedFacts {
  readonly refs: readonly string[] | undefined;
  readonly redactor: Redactor;
  /** After the pass. */
  readonly state: DaemonState;
}

function lookedMessage(
  id: string,
  answer: LookAnswer,
  { refs = [], redactor: { redact }, state }: LookedFacts,
): LookedMessage {
  const base = { type: 'looked', id, outcome: answer.outcome } as const;
  if (answer.outcome === 'not-done')
    return { ...base, why: redact(answer.why), run: null, packs: [], more: 0, unknown: [] };
  const packs = answer.packs.map(({ ref, action, reason, outcome, from, to, problems, retry, durationMs }) => ({
    ref,
    action,
    reason: reason === null ? null : { code: reason.code, sentence: redact(reason.sentence) },
    outcome,
    from,
    to,
    problems: problems.map((one) => ({ severity: one.severity, code: one.code, message: redact(sayPlaced(one)) })),
    retry,
    durationMs,
  }));
  const failing = failingSources(state, redact).filter(({ url }) => isOfPacks(url, refs, state));
  const rank = ({ ref, outcome }: PackAnswer) => (refs.includes(ref) ? -1 : troublesFirst.indexOf(outcome));
  const sorted = packs.sort((one, other) => rank(one) - rank(other));
  return {
    ...base,
    why: null,
    run: answer.run,
    packs: sorted,
    more: answer.more ?? 0,
    unknown: findUnknown(refs, state),
    ...(failing.length === 0 ? {} : { sources: failing }),
  };
}

/** Of all packs where none is named. */
function isOfPacks(url: string, refs: readonly string[], { desired }: DaemonState): boolean {
  if (refs.length === 0) return true;
  return [...(desired?.packs ?? []), ...(desired?.unreadable ?? [])].some(
    ({ ref, document: { source } }) => refs.includes(ref) && source.type === 'git' && source.url === url,
  );
}

/** None as long as no whole pass has read the documents. */
function findUnknown(refs: readonly string[], { desired, plan }: DaemonState): readonly string[] {
  if (desired === null) return [];
  const named = [...desired.packs, ...desired.unreadable, ...(plan?.changes ?? [])].map(({ ref }) => ref);
  const known = new Set([...named, ...desired.mentioned, ...(plan?.unchanged ?? [])]);
  return refs.filter((ref) => !known.has(ref));
}

const troublesFirst: readonly PackAnswer['outcome'][] = ['failed', 'unreadable', 'blocked', 'skipped', 'applied'];

/** What `state` says of who leads. */
export function stateMessage(id: string, who: string, { state, redactor }: Omit<LookedFacts, 'refs'>): StateMessage {
  const { pass, last, since, nextLookAt, retries } = state;
  const failed = last !== null && 'error' in last.report ? problemsOf(last.report.error) : [];
  const waiting = [...retries].map(([ref, { attempts, at }]) => ({ ref, attempts, at: at.toISOString() }));
  const failing = failingSources(state, redactor.redact);
  return {
    type: 'state',
    id,
    who,
    since: since.toISOString(),
    pass:
      pass === null
        ? null
        : { cause: pass.pass.cause, since: pass.startedAt.toISOString(), targets: pass.pass.targets?.length ?? null },
    nextLookAt: nextLookAt?.toISOString() ?? null,
    failed: failed.map(({ severity, code, message }) => ({ severity, code, message: redactor.redact(message) })),
    retries: waiting.sort((one, other) => one.at.localeCompare(other.at)),
    moreRetries: 0,
    sources: failing,
    moreSources: 0,
  };
}

function failingSources({ sources }: DaemonState, redact: Redactor['redact']): readonly SourceAnswer[] {
  return sources.flatMap(({ url, failing }) => {
    if (failing === null) return [];
    const { attempts, retryAt, problem } = failing;
    return [{ url, attempts, at: retryAt.toISOString(), message: redact(problem.message) }];
  });
}
