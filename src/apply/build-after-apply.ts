import type { Actual } from '../actual/actual.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Plan } from '../plan/plan.ts';
import { findRestarts, findRunning } from '../plan/restarts/find-restarts.ts';
import type { Redactor } from '../redactor.ts';
import type { RunHead } from './record-run.ts';
import type { RunResult } from './result.ts';

interface Finished {
  readonly head: Pick<RunHead, 'manager' | 'cause' | 'who'>;
  readonly plan: Plan;
  /** As it was before the run. */
  readonly actual: Actual;
  readonly result: RunResult;
  /** Attune's services hear of rules over its message queue. */
  readonly isTold: boolean;
  readonly redactor: Redactor;
}

/** What a run did, as the hook gets it; `schemas/after-apply.schema.json` describes it. */
export function buildAfterApply({ head, plan, actual, result, isTold, redactor }: Finished): JsonObject {
  const running = findRunning(actual);
  const applied = new Set(result.packs.flatMap(({ ref, outcome }) => (outcome === 'applied' ? [ref] : [])));
  const restarts = plan.changes
    .filter(({ ref }) => applied.has(ref))
    .flatMap((change) =>
      findRestarts(change, running, isTold).flatMap(({ code, rows }) =>
        rows.map((row) => ({ pack: change.ref, sensor: row.replace(/^sensor /, ''), why: whys[code] ?? code })),
      ),
    );
  const { outcome, run, durationMs, unchanged, packs, problems } = result;
  const report = { formatVersion: 1, ...head, run, outcome, durationMs, unchanged, packs, problems, restarts };
  return redactTexts(JSON.parse(JSON.stringify(report)) as Json, redactor) as JsonObject;
}

const whys: Readonly<Record<string, string>> = { 'sensor-changed': 'changed', 'sensor-gone': 'gone' };

/** Text by text: in JSON as a whole, what is blotted out could be a part of its form. */
function redactTexts(value: Json, redactor: Redactor): Json {
  if (typeof value === 'string') return redactor.redact(value);
  if (Array.isArray(value)) return value.map((item: Json) => redactTexts(item, redactor));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, redactTexts(member as Json, redactor)]));
}
