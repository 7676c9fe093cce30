import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { DaemonEvent } from '../../events/event.ts';
import { eventConcerns } from '../event-concerns.ts';
import { HttpError } from '../http-error.ts';
import { openEventStream } from '../open-event-stream.ts';
import { describeRoute } from '../schemas/describe-route.ts';
import { formatVersion, list, object, shared, text, whole } from '../schemas/json-schema.ts';
import type { Serving } from '../serving.ts';

interface EventsQuery {
  readonly type?: readonly string[];
  readonly ref?: readonly string[];
  readonly replay: number;
}

/** Each has a connection of its own. */
const mostStreams = 100;

const query = object(
  {},
  {
    type: { ...list(text), maxItems: 50, description: 'Only events of these types.' },
    ref: { ...list(text), maxItems: 1000, description: 'Only events about these packs.' },
    replay: { ...whole, minimum: 0, maximum: 1000, default: 0, description: 'Begin with so many of the past.' },
  },
);

/** What happens in the daemon: a stream, or as JSON what is remembered of it. */
export function routeEvents(server: FastifyInstance, { view }: Serving): void {
  const { events, context } = view;
  // Ids count from 1 in each process: one of another process says nothing here.
  const epoch = randomBytes(4).toString('hex');
  const streams = new Set<{ end(): void }>();
  server.addHook('preClose', async () => {
    for (const stream of streams) stream.end();
  });

  const described = describeRoute({
    summary: 'What happens, as server-sent events',
    description:
      'The last 1000 events are kept: who comes back with `Last-Event-ID` misses none of those. `Accept: application/json` gives those that are kept, oldest first, and ends.',
    tag: 'daemon',
    query,
    answers: { 200: text },
    produces: 'text/event-stream',
    refusals: [503],
  });
  const schema = withJson(described);
  server.get<{ Querystring: EventsQuery }>('/events', { schema }, (request, reply) => {
    const isAsked = (event: DaemonEvent) => eventConcerns(event, request.query);
    if (wantsJson(request)) return { formatVersion: 1, events: events.since(0).filter(isAsked) };
    if (streams.size >= mostStreams) {
      const message = `${mostStreams} others listen already.`;
      throw new HttpError({ status: 503, code: 'too-many-streams', message, retryAfter: 30 });
    }
    const { replay } = request.query;
    const met = lastMet(request, epoch);
    const kept = events.since(met ?? 0).filter(isAsked);
    const first = met === null ? kept.slice(kept.length - Math.min(replay, kept.length)) : kept;
    reply.hijack();
    const stream = openEventStream(reply.raw, { headers: reply.getHeaders(), epoch, redactor: context.redactor });
    stream.replay(first);
    const leave = events.subscribe((event) => {
      if (isAsked(event)) stream.send(event);
    });
    streams.add(stream);
    stream.onEnd(() => {
      leave();
      streams.delete(stream);
    });
    return reply;
  });
}

/** The last event that a client has met: one of this process, 0 where it was of another; null where it never listened. */
function lastMet({ headers }: FastifyRequest, epoch: string): number | null {
  const id = headers['last-event-id'];
  if (typeof id !== 'string') return null;
  const [, of, number] = /^([0-9a-f]{8})-(\d{1,15})$/.exec(id) ?? [];
  return of === epoch ? Number(number) : 0;
}

function wantsJson({ headers }: FastifyRequest): boolean {
  const { accept = '' } = headers;
  return accept.includes('application/json') && !accept.includes('text/event-stream');
}

function withJson(described: ReturnType<typeof describeRoute>): ReturnType<typeof describeRoute> {
  const response = described.response as Readonly<Record<string, { readonly content: object }>>;
  const schema = object({ formatVersion, events: list(shared('Event')) });
  const content = { ...response[200]?.content, 'application/json': { schema } };
  return { ...described, response: { ...response, 200: { ...response[200], content } } };
}
