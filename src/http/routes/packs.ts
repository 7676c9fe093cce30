import type { FastifyInstance } from 'fastify';
import { packShow } from '../../commands/pack-show.ts';
import { readLocalDocuments } from '../../commands/read-local-documents.ts';
import { renderPackShowJson } from '../../commands/render-pack-show.ts';
import { renderStatusJson } from '../../commands/render-status.ts';
import { status } from '../../commands/status.ts';
import { readDatabase } from '../read-database.ts';
import type { Serving } from '../serving.ts';

interface PackParams {
  readonly ref: string;
}

/** What `status` and `pack show` say. */
export function routePacks(server: FastifyInstance, { view }: Serving): void {
  server.get('/packs', () =>
    readDatabase(view, async (context) => {
      const local = await readLocalDocuments(context);
      return renderStatusJson(await status(context, local));
    }),
  );
  server.get<{ Params: PackParams }>('/packs/:ref', ({ params }) =>
    readDatabase(view, async (context) => {
      const listDesired = async () => {
        const { documents, mentioned } = await readLocalDocuments(context);
        return [...documents.map(({ ref }) => ref), ...mentioned];
      };
      return renderPackShowJson(await packShow(context, params.ref, listDesired));
    }),
  );
}
