import type { FastifyInstance } from 'fastify';
import { requireMoving } from '../../commands/suspensions/require-moving.ts';
import type { DaemonView, LookAnswer } from '../../daemon/daemon-view.ts';
import { SyncError } from '../../errors.ts';
import { callerOf } from '../authenticate.ts';
import { HttpError } from '../http-error.ts';
import { requireKnown } from '../require-known.ts';
import { describeRoute } from '../schemas/describe-route.ts';
import { formatVersion, list, object, oneOf, orNull, shared, text, truth, whole } from '../schemas/json-schema.ts';
import type { Serving } from '../serving.ts';
import { settleWithin } from '../settle-within.ts';
import { withDatabase } from '../with-database.ts';

interface ReconcileBody {
  readonly refs?: readonly string[];
  readonly wait: boolean;
  readonly timeoutSeconds: number;
}

const body = object(
  {},
  {
    refs: {
      ...list({ ...text, minLength: 1, maxLength: 255 }),
      minItems: 1,
      maxItems: 1000,
      description: 'Packs whose remotes are asked anew; without it, all.',
    },
    wait: { ...truth, default: false, description: 'Answer when the pass has ended.' },
    timeoutSeconds: { ...whole, minimum: 1, maximum: 1800, default: 300, description: 'How long to wait.' },
  },
);
const asked = object({
  formatVersion,
  done: { ...truth, description: 'False: the pass is still to come, or under way.' },
  who: text,
});
const done = object(
  {
    formatVersion,
    done: truth,
    who: text,
    outcome: oneOf('applied', 'unchanged', 'blocked', 'failed'),
    run: { ...orNull(text), description: 'The recorded run; null where there was nothing to record.' },
    packs: list(shared('PackResult')),
  },
  { more: { ...whole, description: 'How many packs were left out, where another daemon leads and did it.' } },
);

/** Asks for a pass; what is wanted is read, never taken from here. */
export function routeReconcile(server: FastifyInstance, { view }: Serving): void {
  const schema = describeRoute({
    summary: 'Look again now',
    description: 'Answers with 202 at once, or with `wait` when the first pass has ended that began after this.',
    tag: 'daemon',
    body: { ...body, type: ['object', 'null'] },
    answers: { 200: done, 202: asked },
    refusals: [403, 404, 409, 503],
  });
  server.post<{ Body: ReconcileBody | null }>(
    '/reconcile',
    { schema, config: { role: 'operator' } },
    async (request, reply) => {
      const { who } = callerOf(request);
      const { refs, wait = false, timeoutSeconds = 300 } = request.body ?? {};
      await requireUseful(view, refs ?? []);
      const pass = view.requestLook({ by: 'api', who, ...(refs === undefined ? {} : { refs: [...new Set(refs)] }) });
      const answer = wait ? await settleWithin(pass, timeoutSeconds * 1000) : null;
      if (answer === null) return reply.code(202).send({ formatVersion: 1, done: false, who });
      return { formatVersion: 1, done: true, who, ...resultOf(answer, view) };
    },
  );
}

/** Where the database cannot say, the pass will. @throws SyncError `unknown-pack`, `suspended` */
async function requireUseful(view: DaemonView, refs: readonly string[]): Promise<void> {
  try {
    await requireKnown(view, refs);
    await withDatabase(view, (context) => requireMoving(context, refs));
  } catch (error) {
    if (error instanceof SyncError && ['unknown-pack', 'suspended'].includes(error.code)) throw error;
  }
}

function resultOf(answer: LookAnswer, view: DaemonView): Exclude<LookAnswer, { outcome: 'not-done' }> {
  if (answer.outcome !== 'not-done') return answer;
  const { role } = view.state();
  throw new HttpError({
    status: 503,
    code: 'not-done',
    message: `No pass could be made: ${answer.why}`,
    hint:
      role === 'leader' ? 'The daemon tries again by itself; GET /readyz says how it is.' : 'Ask again in a moment.',
    retryAfter: 5,
  });
}
