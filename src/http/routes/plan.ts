import type { FastifyInstance } from 'fastify';
import { look } from '../../look.ts';
import { renderPlanJson } from '../../plan/render/render-plan-json.ts';
import { keepAnswer } from '../keep-answer.ts';
import { describeRoute } from '../schemas/describe-route.ts';
import { object, truth } from '../schemas/json-schema.ts';
import { planSchema } from '../schemas/pack-schemas.ts';
import type { Serving } from '../serving.ts';
import { withDatabase } from '../with-database.ts';

/** Remotes are asked for it: not for everybody who asks. */
const keptMs = 10_000;

/** The plan of the last pass, or one made to be shown: by a daemon that makes no passes, or where it is asked for. */
export function routePlan(server: FastifyInstance, { view }: Serving): void {
  const compute = keepAnswer(keptMs, () =>
    withDatabase(view, async (context) => {
      const { plan } = await look(context);
      return { formatVersion: 1, from: 'computed', at: context.now(), targets: null, plan: renderPlanJson(plan) };
    }),
  );
  const schema = describeRoute({
    summary: 'What a pass changes',
    description:
      'Of the daemon that leads, the plan of its last pass, which has been applied since as far as it could be. Of one that stands by, or with `fresh=true`, a plan of what would be changed now, at most 10 s old.',
    tag: 'packs',
    query: object({}, { fresh: { ...truth, default: false, description: 'What would be changed now.' } }),
    answers: { 200: planSchema },
    refusals: [503],
  });
  server.get<{ Querystring: { readonly fresh: boolean } }>('/plan', { schema }, ({ query }) => {
    const { role, plan, last } = view.state();
    if (query.fresh || role !== 'leader' || plan === null || last === null) return compute();
    const targets = last.pass.targets ?? null;
    return { formatVersion: 1, from: 'last-pass', at: last.endedAt, targets, plan: renderPlanJson(plan) };
  });
}
