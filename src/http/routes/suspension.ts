import type { FastifyInstance, FastifyRequest } from 'fastify';
import { resume } from '../../commands/resume.ts';
import { suspend } from '../../commands/suspend.ts';
import { renderResumedJson, renderSuspensionsJson } from '../../commands/suspensions/render-suspensions.ts';
import type { JsonObject } from '../../json.ts';
import { callerOf } from '../authenticate.ts';
import { describeRoute } from '../schemas/describe-route.ts';
import { formatVersion, list, object, orNull, type Schema, text, time } from '../schemas/json-schema.ts';
import { packParams } from '../schemas/pack-schemas.ts';
import type { Serving } from '../serving.ts';
import { withDatabase } from '../with-database.ts';

interface SuspendBody {
  readonly reason: string;
  readonly until?: string;
}

/** A person who asks waits this long where another writes; only a database without our tables makes them wait. */
const lockTimeoutMs = 10_000;

const body = object(
  { reason: { ...text, minLength: 1, maxLength: 1000, description: 'For everybody who asks why nothing moves.' } },
  { until: { ...time, description: 'When it ends by itself; without it, when it is resumed.' } },
);
const suspension = object({
  pack: { ...orNull(text), description: 'Null: all packs.' },
  reason: text,
  who: text,
  since: time,
  until: orNull(time),
});
const suspended = object({ formatVersion, suspensions: list(suspension) });
const resumed = object({
  formatVersion,
  ended: list(suspension),
  staying: {
    ...list(object({ pack: orNull(text), by: text, reason: text, who: orNull(text), until: orNull(time) })),
    description: 'What keeps the same packs as they are all the same.',
  },
});

/** Has nothing of packs written for the time being, and ends that: of one pack, or of all. */
export function routeSuspension(server: FastifyInstance, { view }: Serving): void {
  const operator = { config: { role: 'operator' } } as const;
  for (const { path, params, of } of [
    { path: '/suspension', params: undefined, of: 'all packs' },
    { path: '/packs/:ref/suspension', params: packParams, of: 'one pack' },
  ]) {
    const described = { tag: 'daemon', ...(params === undefined ? {} : { params }) } as const;
    const begin = describeRoute({
      ...described,
      summary: `Suspend ${of}`,
      description: 'Plans go on, nothing is written. Answers with all that is suspended by command.',
      body,
      answers: { 200: suspended },
      refusals: [403, 404, 409, 503],
    });
    server.post<{ Body: SuspendBody }>(path, { ...operator, schema: begin }, (request) => {
      const { reason, until } = request.body;
      return doDeed(request, (context, how) =>
        suspend(context, { ...how, reason, ...(until === undefined ? {} : { until: new Date(until) }) }),
      ).then(renderSuspensionsJson);
    });
    const end = describeRoute({
      ...described,
      summary: `Resume ${of}`,
      description: 'What a document or the configuration says stands there, and is ended there.',
      answers: { 200: resumed as Schema },
      refusals: [403, 404, 409, 503],
    });
    server.delete(
      path,
      { ...operator, schema: end },
      (request): Promise<JsonObject> => doDeed(request, (context, how) => resume(context, how)).then(renderResumedJson),
    );
  }

  type Deed<T> = (
    context: Parameters<typeof resume>[0],
    how: { readonly refs: readonly string[]; readonly who: string; readonly lockTimeoutMs: number },
  ) => Promise<T>;

  async function doDeed<T>(request: FastifyRequest, deed: Deed<T>): Promise<T> {
    const { who } = callerOf(request);
    const { ref } = request.params as { readonly ref?: string };
    const refs = ref === undefined ? [] : [ref];
    const done = await withDatabase(view, (context) => deed(context, { refs, who, lockTimeoutMs }));
    void view.requestLook({ by: 'api', who, ...(ref === undefined ? {} : { refs }) });
    return done;
  }
}
