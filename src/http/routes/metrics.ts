import type { FastifyInstance } from 'fastify';
import type { HttpSettings } from '../../config/config.ts';
import { findToken } from '../authenticate.ts';
import { describeRoute } from '../schemas/describe-route.ts';
import { text } from '../schemas/json-schema.ts';
import type { Serving } from '../serving.ts';

/** For Prometheus. */
export function routeMetrics(
  server: FastifyInstance,
  { metrics, view }: Serving,
  { metrics: access, tokens }: HttpSettings,
): void {
  const isOpen = access === 'open';
  const schema = describeRoute({
    summary: 'What the daemon measures, in the text format of Prometheus',
    description: '`http.metrics` in the configuration says whether a token is asked for.',
    tag: 'health',
    open: isOpen,
    answers: { 200: text },
    produces: 'text/plain',
  });
  server.get('/metrics', { schema }, async (request, reply) => {
    if (!isOpen) findToken(request, tokens);
    const shown = view.context.redactor.redact(await metrics.render());
    return reply.type(metrics.contentType).serializer(String).send(shown);
  });
}
