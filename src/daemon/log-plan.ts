import type { Logger } from '../logger.ts';
import type { Plan } from '../plan/plan.ts';
import { renderSummary } from '../plan/render/render-summary.ts';
import { endSentence } from '../text/end-sentence.ts';
import { sayProblem } from './say-problem.ts';

/** A plan for whoever reads a log by its fields: a line a pack, one a problem, and what it comes to. */
export function logPlan(log: Logger, plan: Plan): void {
  for (const { ref, action, reason, from, to, blocks } of plan.changes) {
    const versions = { from: from?.version ?? null, to: to?.version ?? null };
    const fields = { ref, action, reason: reason.code, ...versions };
    if (blocks.length === 0) log.info(`${ref}: ${action}, ${reason.sentence}`, fields);
    for (const { code, sentence } of blocks) {
      log.warn(endSentence(`${ref}: ${action} is blocked, ${sentence}`), { ...fields, code });
    }
  }
  for (const { ref, problems } of plan.unreadable) {
    for (const one of problems) log.warn(`${ref} cannot be read: ${sayProblem(one)}`, { ref, code: one.code });
  }
  for (const { severity, ...one } of plan.problems) {
    const fields = { code: one.code, ...(one.where === undefined ? {} : { where: one.where }) };
    log[severity === 'error' ? 'error' : 'warn'](sayProblem({ severity, ...one }), fields);
  }
  log.info(renderSummary(plan));
}
