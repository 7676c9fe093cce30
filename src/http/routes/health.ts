import type { FastifyInstance } from 'fastify';
import type { Serving } from '../serving.ts';

/** The process lives, and its event loop turns. Nothing else is looked at: who ends a process by this must not end it for a database that is away. */
export function routeHealth(server: FastifyInstance, _serving: Serving): void {
  server.get('/healthz', { config: { rateLimit: false } }, () => ({ status: 'ok' }));
}
