import type { Problem } from '../errors.ts';
import type { ControlMessage, LookedMessage, LookMessage, SourceAnswer, StateMessage } from './message.ts';

/** Postgres refuses payloads of 8000 bytes. */
const limitBytes = 7900;
const longestText = 400;
const mostNames = 10;

/**
 * The payload of a message, cut to what Postgres takes: of packs, retries and sources the first ones, of texts their
 * beginning. A request that names more than fits is one for all packs. @throws RangeError where that is too long too
 */
export function formatMessage(message: ControlMessage): string {
  if (message.type === 'looked') return fit(shortenLooked(message), dropPack);
  if (message.type === 'state') return fit(shortenState(message), dropOfState);
  if (message.type === 'look') return fit(message, dropNames);
  return fit(message, () => null);
}

function fit<Message extends ControlMessage>(message: Message, drop: (message: Message) => Message | null): string {
  let current: Message | null = message;
  while (current !== null) {
    const text = JSON.stringify(current);
    if (Buffer.byteLength(text) <= limitBytes) return text;
    current = drop(current);
  }
  throw new RangeError(`a message of type ${message.type} is longer than ${limitBytes} bytes`);
}

function dropNames({ refs, urls, ...all }: LookMessage): LookMessage | null {
  return refs === undefined && urls === undefined ? null : all;
}

function dropPack(message: LookedMessage): LookedMessage | null {
  if (message.packs.length === 0) return null;
  return { ...message, packs: message.packs.slice(0, -1), more: message.more + 1 };
}

function dropOfState(message: StateMessage): StateMessage | null {
  const { retries, sources } = message;
  if (sources.length > 0 && sources.length >= retries.length)
    return { ...message, sources: sources.slice(0, -1), moreSources: message.moreSources + 1 };
  if (retries.length === 0) return null;
  return { ...message, retries: retries.slice(0, -1), moreRetries: message.moreRetries + 1 };
}

function shortenLooked(message: LookedMessage): LookedMessage {
  return {
    ...message,
    unknown: message.unknown.slice(0, mostNames),
    ...(message.sources === undefined ? {} : { sources: message.sources.slice(0, 3).map(shortenSource) }),
    why: message.why === null ? null : shorten(message.why),
    packs: message.packs.map((pack) => ({
      ...pack,
      reason: pack.reason === null ? null : { ...pack.reason, sentence: shorten(pack.reason.sentence) },
      problems: shortenProblems(pack.problems),
    })),
  };
}

function shortenState(message: StateMessage): StateMessage {
  const sources = message.sources.map(shortenSource);
  return { ...message, sources, failed: shortenProblems(message.failed) };
}

function shortenSource(source: SourceAnswer): SourceAnswer {
  return { ...source, message: shorten(source.message) };
}

function shortenProblems(problems: readonly Problem[]): readonly Problem[] {
  return problems.slice(0, 3).map(({ severity, code, message }) => ({ severity, code, message: shorten(message) }));
}

function shorten(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText)}…`;
}
