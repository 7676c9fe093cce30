import type { FastifyInstance } from 'fastify';
import { judgeReadiness } from '../judge-readiness.ts';
import { describeRoute } from '../schemas/describe-route.ts';
import { list, object, oneOf, text, truth } from '../schemas/json-schema.ts';
import type { Serving } from '../serving.ts';

/** For those who start, watch and end processes; without a token, and so without names of anything. */
export function routeHealth(server: FastifyInstance, { view }: Serving): void {
  const alive = describeRoute({
    summary: 'The process lives',
    description: 'Nothing else is looked at: who ends a process by this must not end it for a database that is away.',
    tag: 'health',
    open: true,
    answers: { 200: object({ status: oneOf('ok') }) },
  });
  const options = { exposeHeadRoute: true };
  server.get('/healthz', { ...options, schema: alive, config: { rateLimit: false } }, () => ({ status: 'ok' }));

  const readiness = object({
    ready: truth,
    role: oneOf('starting', 'leader', 'standby', 'stopping'),
    reasons: list(object({ code: text, message: text })),
  });
  const ready = describeRoute({
    summary: 'The daemon does what it is for',
    description:
      'One that leads: its last pass could be done, and none is overdue. One that stands by: the database answers.',
    tag: 'health',
    open: true,
    answers: { 200: readiness, 503: readiness },
  });
  server.get('/readyz', { ...options, schema: ready }, async (_request, reply) => {
    const reasons = await judgeReadiness(view);
    const { role } = view.state();
    return reply.code(reasons.length === 0 ? 200 : 503).send({ ready: reasons.length === 0, role, reasons });
  });
}
