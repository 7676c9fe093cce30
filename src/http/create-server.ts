import { fastifyRateLimit } from '@fastify/rate-limit';
import { fastify } from 'fastify';
import type { HttpSettings } from '../config/config.ts';
import { authenticate } from './authenticate.ts';
import { checkRequests } from './check-requests.ts';
import { describeApi } from './describe-api.ts';
import { notFound, replyError, tooMany } from './reply-error.ts';
import { routeEvents } from './routes/events.ts';
import { routeHealth } from './routes/health.ts';
import { routeMe } from './routes/me.ts';
import { routeMetrics } from './routes/metrics.ts';
import { routePacks } from './routes/packs.ts';
import { routePlan } from './routes/plan.ts';
import { routeReconcile } from './routes/reconcile.ts';
import { routeRuns } from './routes/runs.ts';
import { routeSuspension } from './routes/suspension.ts';
import { routeWebhooks } from './routes/webhooks.ts';
import type { Serving } from './serving.ts';
import { showJson } from './show-json.ts';

/** Bytes; what a person or a webhook has to say is far shorter. */
const bodyLimit = 1024 * 1024;

/** All routes, not yet listening. */
export async function createServer(settings: HttpSettings, serving: Serving) {
  const show = showJson(serving.view.context.redactor);
  const onError = replyError(serving.view.context);
  const server = fastify({
    frameworkErrors: (error, request, reply) => void onError(error, request, reply.serializer(show)),
    bodyLimit,
    requestTimeout: 30_000,
    // Who opens many and says nothing on them keeps others out no longer than this.
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 5_000 },
    keepAliveTimeout: 10_000,
    // What a path says is looked at by who serves it; a longer one names nothing.
    routerOptions: { maxParamLength: 255 },
    exposeHeadRoutes: false,
    logger: false,
  });
  server.setValidatorCompiler(checkRequests());
  // Answers are never cut to their schema: that they fit it is proven by tests.
  server.setSerializerCompiler(() => JSON.stringify);
  server.setReplySerializer(show);
  server.setErrorHandler(onError);
  server.addHook('onRequest', async (_request, reply) => void reply.headers(securityHeaders));
  await server.register(fastifyRateLimit, { max: 600, timeWindow: 60_000, errorResponseBuilder: tooMany });
  server.setNotFoundHandler({ preHandler: server.rateLimit() }, notFound(show));

  await describeApi(server, serving.version);

  routeHealth(server, serving);
  routeMetrics(server, serving, settings);
  await server.register((scope) => routeWebhooks(scope, serving, settings.webhooks));
  await server.register(
    async (api) => {
      authenticate(api, settings.tokens);
      routeMe(api, serving);
      routePacks(api, serving);
      routeRuns(api, serving);
      routePlan(api, serving);
      routeEvents(api, serving);
      routeReconcile(api, serving);
      routeSuspension(api, serving);
    },
    { prefix: '/api/v1' },
  );
  return server;
}

const securityHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
