import type { FastifyInstance } from 'fastify';
import { type HistoryOptions, history } from '../../commands/history.ts';
import { renderHistoryJson } from '../../commands/render-history.ts';
import { renderRunShowJson, runShow } from '../../commands/run-show.ts';
import { describeRoute } from '../schemas/describe-route.ts';
import { object, text } from '../schemas/json-schema.ts';
import { runSchema, runsQuery, runsSchema } from '../schemas/pack-schemas.ts';
import type { Serving } from '../serving.ts';
import { withDatabase } from '../with-database.ts';

type RunsQuery = Omit<HistoryOptions, 'since'> & { readonly since?: string };

/** What `history` says. */
export function routeRuns(server: FastifyInstance, { view }: Serving): void {
  const many = describeRoute({
    summary: 'What was done, newest first',
    description: 'What `attune-sync history --output json` writes: a change of a pack each.',
    tag: 'runs',
    query: runsQuery,
    answers: { 200: runsSchema },
    refusals: [404, 503],
  });
  server.get<{ Querystring: RunsQuery }>('/runs', { schema: many }, ({ query: { since, ...options } }) =>
    withDatabase(view, async (context) => {
      const rows = await history(context, { ...options, ...(since === undefined ? {} : { since: new Date(since) }) });
      return renderHistoryJson(rows);
    }),
  );

  const one = describeRoute({
    summary: 'One run, and what it did to each pack',
    tag: 'runs',
    params: object({ id: text }),
    answers: { 200: runSchema },
    refusals: [404, 503],
  });
  server.get<{ Params: { readonly id: string } }>('/runs/:id', { schema: one }, ({ params }) =>
    withDatabase(view, async (context) => renderRunShowJson(await runShow(context, params.id))),
  );
}
