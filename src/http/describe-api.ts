import { fastifySwagger } from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { sharedSchemas } from './schemas/shared-schemas.ts';

/** Gathers every route that is added from now on into the OpenAPI document, and serves it to everybody. */
export async function describeApi(server: FastifyInstance, version: string): Promise<void> {
  for (const schema of sharedSchemas) server.addSchema(schema);
  await server.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Attune Sync',
        version,
        description: 'What a daemon does, did and would do, and a word to look again. docs/http.md has examples.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags: [
        { name: 'health', description: 'For those who watch the process.' },
        { name: 'packs', description: 'What is desired, installed and planned.' },
        { name: 'runs', description: 'What was done.' },
        { name: 'daemon', description: 'The daemon itself.' },
        { name: 'webhooks', description: 'For those who push.' },
      ],
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'A token of http.tokens in the configuration.' },
        },
      },
    },
    convertConstToEnum: false,
    refResolver: { buildLocalReference: ({ $id }, _base, _fragment, index) => String($id ?? `schema-${index}`) },
  });
  server.get('/api/v1/openapi.json', { schema: { hide: true } }, () => server.swagger());
}
