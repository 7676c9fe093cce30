import type { FastifyInstance } from 'fastify';
import { packShow } from '../../commands/pack-show.ts';
import { readLocalDocuments } from '../../commands/read-local-documents.ts';
import { renderPackShowJson } from '../../commands/render-pack-show.ts';
import { renderStatusJson } from '../../commands/render-status.ts';
import { status } from '../../commands/status.ts';
import { keepAnswer } from '../keep-answer.ts';
import { describeRoute } from '../schemas/describe-route.ts';
import { packParams, packSchema, statusSchema } from '../schemas/pack-schemas.ts';
import type { Serving } from '../serving.ts';
import { showDaemon } from '../show-daemon.ts';
import { withDatabase } from '../with-database.ts';

/** What `status` and `pack show` say. */
export function routePacks(server: FastifyInstance, { view }: Serving): void {
  const many = describeRoute({
    summary: 'Every pack that is desired or installed, and its state',
    description: 'What `attune-sync status --output json` writes. `daemon` is what this one knows of itself.',
    tag: 'packs',
    answers: { 200: statusSchema },
    refusals: [503],
  });
  const readStatus = keepAnswer(0, () =>
    withDatabase(view, async (context) => {
      const local = await readLocalDocuments(context);
      return { ...renderStatusJson(await status(context, local)), daemon: await showDaemon(view, context) };
    }),
  );
  server.get('/packs', { schema: many }, readStatus);

  const one = describeRoute({
    summary: 'All that is known about one pack',
    description: 'What `attune-sync pack show REF --output json` writes.',
    tag: 'packs',
    params: packParams,
    answers: { 200: packSchema },
    refusals: [404, 503],
  });
  server.get<{ Params: { readonly ref: string } }>('/packs/:ref', { schema: one }, ({ params }) =>
    withDatabase(view, async (context) => {
      const listDesired = async () => {
        const { documents, mentioned } = await readLocalDocuments(context);
        return [...documents.map(({ ref }) => ref), ...mentioned];
      };
      return renderPackShowJson(await packShow(context, params.ref, listDesired));
    }),
  );
}
