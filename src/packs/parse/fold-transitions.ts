import { isObject, type Json, type JsonObject } from '../../json.ts';

const legacy: readonly { readonly field: string; readonly when: string | null }[] = [
  { field: 'on_success', when: 'succeeded()' },
  { field: 'on_failure', when: 'failed()' },
  { field: 'on_complete', when: null },
  { field: 'on_timeout', when: 'timed_out()' },
];

/**
 * A task with its older transitions (`on_success`, `on_failure`, `on_complete`, `on_timeout`, `decision`, `publish`)
 * folded into `next`, as Attune does before it stores a workflow: what runs a workflow reads `next` only.
 * Where `next` is given the older ones do not count. Sub-tasks likewise.
 */
export function foldTransitions(task: JsonObject): JsonObject {
  const { on_success, on_failure, on_complete, on_timeout, decision, publish, ...rest } = task;
  const older = { on_success, on_failure, on_complete, on_timeout } as Readonly<Record<string, Json | undefined>>;
  const folded = [
    ...legacy.flatMap(({ field, when }) => toTransitions(older[field], when)),
    ...listOf(decision)
      .filter(isMapping)
      .map(({ when, next }) => transition(when ?? null, listOf(next))),
  ];
  const next = hasItems(rest.next) ? rest.next : withPublish(folded, listOf(publish));
  const tasks = Array.isArray(rest.tasks)
    ? { tasks: (rest.tasks as readonly Json[]).map((sub) => (isMapping(sub) ? foldTransitions(sub) : sub)) }
    : {};
  return { ...rest, ...tasks, ...(hasItems(next) ? { next } : {}) };
}

/** The names of the tasks that a folded task goes on to. */
export function targetsOf(task: JsonObject): readonly string[] {
  return listOf(task.next)
    .filter(isMapping)
    .flatMap((one) => listOf(one.do))
    .filter((name) => typeof name === 'string');
}

/** A task's name, a list of names, or a list of `{when, do}`: each holds only under the transition's own condition. */
function toTransitions(targets: Json | undefined, condition: string | null): JsonObject[] {
  const when = condition === null ? null : `{{ ${condition} }}`;
  return listOf(targets).flatMap((target) => {
    if (typeof target === 'string') return [transition(when, [target])];
    if (!isMapping(target)) return [];
    return [transition(both(condition, target.when ?? null), listOf(target.do), listOf(target.publish))];
  });
}

function both(condition: string | null, when: Json): Json {
  if (condition === null) return when;
  if (typeof when !== 'string') return `{{ ${condition} }}`;
  const expression = /^\s*\{\{(.*)\}\}\s*$/s.exec(when)?.[1] ?? when;
  return `{{ ${condition} and (${expression.trim()}) }}`;
}

function transition(when: Json, targets: readonly Json[], publish: readonly Json[] = []): JsonObject {
  return {
    ...(when === null ? {} : { when }),
    ...(publish.length === 0 ? {} : { publish }),
    ...(targets.length === 0 ? {} : { do: targets }),
  };
}

/** Variables a task publishes go with its successes, else with its first transition, else with one made for them. */
function withPublish(transitions: readonly JsonObject[], publish: readonly Json[]): readonly JsonObject[] {
  if (publish.length === 0) return transitions;
  if (transitions.length === 0) return [transition('{{ succeeded() }}', [], publish)];
  const succeeds = ({ when }: JsonObject) => typeof when === 'string' && when.includes('succeeded()');
  const hasSuccess = transitions.some(succeeds);
  return transitions.map((one, index) =>
    (hasSuccess ? succeeds(one) : index === 0) ? { ...one, publish: [...publish, ...listOf(one.publish)] } : one,
  );
}

function listOf(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}

function hasItems(value: Json | undefined): boolean {
  return Array.isArray(value) && value.length > 0;
}

function isMapping(value: Json): value is JsonObject {
  return isObject(value);
}
