import { object, type Schema, shared } from './json-schema.ts';

export interface RouteDescription {
  readonly summary: string;
  readonly description?: string;
  readonly tag: 'health' | 'packs' | 'runs' | 'daemon' | 'webhooks';
  /** Whether a token is asked for; yes where not said. */
  readonly open?: boolean;
  readonly params?: Schema;
  readonly query?: Schema;
  readonly body?: Schema;
  /** By status. */
  readonly answers: Readonly<Record<number, Schema>>;
  /** Statuses of refusals, beside those that every route may answer with. */
  readonly refusals?: readonly number[];
  /** Of the answer, where it is not JSON. */
  readonly produces?: string;
}

/** A route as fastify checks what it is sent, and as the OpenAPI document shows it. */
export function describeRoute(route: RouteDescription): Schema {
  const { summary, description, tag, open = false, params, query, body, answers, refusals = [], produces } = route;
  const refused = [...new Set([...refusals, ...(open ? [] : [400, 401]), 429])].sort();
  // What is misspelled would else be passed over. Who probes adds what it likes.
  const asked = query ?? (open ? undefined : object({}));
  return {
    summary,
    ...(description === undefined ? {} : { description }),
    tags: [tag],
    security: open ? [] : [{ token: [] }],
    ...(params === undefined ? {} : { params }),
    ...(asked === undefined ? {} : { querystring: { ...asked, additionalProperties: false } }),
    ...(body === undefined ? {} : { body: { ...body, additionalProperties: false } }),
    response: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, schema]) => [
          status,
          produces === undefined
            ? { description: 'Done.', ...schema }
            : { description: 'Done.', content: { [produces]: { schema } } },
        ]),
      ),
      ...Object.fromEntries(
        refused.map((status) => [
          status,
          {
            description: meanings[status] ?? 'Refused.',
            content: { 'application/problem+json': { schema: shared('Refusal') } },
          },
        ]),
      ),
    },
  };
}

const meanings: Readonly<Record<number, string>> = {
  400: 'What was sent is not understood.',
  401: 'No token, or one that the configuration does not know; of a webhook, no valid signature.',
  403: 'The token may only read.',
  404: 'There is none of that name.',
  409: 'It cannot be done as things are.',
  413: 'The body is too large.',
  429: 'Too many requests from this address.',
  503: 'It cannot be told or done now.',
};
