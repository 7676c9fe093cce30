import { isObject, type Json, type JsonObject } from '../../json.ts';
import { addError, addWarning, type Findings, type Place } from '../fields/findings.ts';
import { foldTransitions, targetsOf } from './fold-transitions.ts';

/**
 * A workflow's tasks with their transitions folded, checked as Attune's parser checks them: each has a name,
 * an action task an action, a parallel one tasks. A transition to no task is a warning: the rest can run.
 */
export function checkTasks(tasks: readonly Json[], place: Place, findings: Findings): readonly JsonObject[] {
  const located = tasks.map((task, index) => ({ task, at: inside(place, index) }));
  const folded = located.flatMap(({ task, at }) => {
    if (isObject(task)) return [{ task: foldTransitions(task as JsonObject), at }];
    addError(findings, 'invalid-task', 'A task must be a mapping.', at);
    return [];
  });
  const names = new Set<Json | undefined>();
  for (const { task, at } of folded) {
    checkTask(task, at, findings);
    if (names.has(task.name)) {
      addError(findings, 'invalid-task', `There are two tasks named ${String(task.name)}.`, inside(at, 'name'));
    }
    names.add(task.name);
  }
  for (const { task, at } of folded) {
    for (const target of new Set(targetsOf(task))) {
      if (names.has(target)) continue;
      addWarning(
        findings,
        'unknown-task',
        `The task ${String(task.name)} goes on to ${target}, which does not exist.`,
        at,
      );
    }
  }
  return folded.map(({ task }) => task);
}

function checkTask(task: JsonObject, at: Place, findings: Findings): void {
  const { name, type = 'action', action, tasks } = task;
  if (typeof name !== 'string' || name === '') {
    addError(findings, 'invalid-task', 'A task needs a `name` that is text.', at);
    return;
  }
  if (typeof type !== 'string' || !['action', 'parallel', 'workflow'].includes(type)) {
    addError(
      findings,
      'invalid-task',
      `The type of task ${name} must be action, parallel or workflow.`,
      inside(at, 'type'),
    );
    return;
  }
  const isParallel = type === 'parallel';
  const hasWork = isParallel ? Array.isArray(tasks) && tasks.length > 0 : typeof action === 'string' && action !== '';
  if (hasWork || type === 'workflow') return;
  addError(findings, 'invalid-task', `The task ${name} has no \`${isParallel ? 'tasks' : 'action'}\`.`, at);
}

function inside({ document, path }: Place, step: string | number): Place {
  return { document, path: [...path, step] };
}
