import { isObject, type Json, type JsonObject } from '../../json.ts';
import type { Component } from '../content.ts';
import { addError, addUnstored } from '../fields/findings.ts';
import { findInside } from '../files/find-inside.ts';
import { parseConstraint } from '../versions/parse-constraint.ts';
import { checkEnvironment } from './check-environment.ts';
import { checkEntryPoint, givenEntryPoint, warnOfFolder } from './entry-point.ts';
import { inferRunnerType, nameRuntime } from './name-runtime.ts';
import type { ComponentFile, PackReading } from './pack-reading.ts';
import { parseRuntimeVersions } from './parse-runtime-versions.ts';
import { parseWorkflow } from './parse-workflow.ts';

/** What kinds have beside their table: versions of a runtime, the entry file and runtime of code, an action's workflow. */
export function finishComponent(component: Component, file: ComponentFile, reading: PackReading): readonly Component[] {
  if (component.kind === 'runtime') {
    if (hasNoInterpreter(component)) reading.nativeRuntimes.add(component.ref);
    checkEnvironment(file.fields.values.get('execution_config'), file.fields.at('execution_config'), reading.findings);
    return [component, ...parseRuntimeVersions(file, reading)];
  }
  if (component.kind === 'sensor') return [withCode(component, file, 'sensors', reading)];
  if (component.kind !== 'action') return [component];
  const plain = { ...component, columns: { ...component.columns, is_workflow: false } };
  const workflowFile = file.fields.values.get('workflow_file');
  if (typeof workflowFile === 'string') return withWorkflow(plain, workflowFile, file, reading);
  if (tagsOf(file).length > 0) addUnstored(reading.findings, 'action', 'tags', file.fields.at('tags'));
  return [withCode(plain, file, 'actions', reading)];
}

function withCode(
  component: Component,
  file: ComponentFile,
  folder: 'actions' | 'sensors',
  reading: PackReading,
): Component {
  const given = givenEntryPoint(file, folder, reading);
  const runnerType = file.fields.values.get('runner_type');
  const otherwise = folder === 'actions' ? inferRunnerType(given) : 'native';
  const runtime = nameRuntime(typeof runnerType === 'string' && runnerType !== '' ? runnerType : otherwise);
  checkRuntimeVersion(file, reading);
  const entry = { folder, runtime: runtime.ref, isNative: reading.nativeRuntimes.has(runtime.ref) };
  const entrypoint = checkEntryPoint(given, entry, file, reading);
  return {
    ...component,
    columns: { ...component.columns, entrypoint },
    names: { ...component.names, runtime },
  };
}

/** What cannot be read selects no version: the code would run in another than its author means. */
function checkRuntimeVersion({ fields }: ComponentFile, { findings }: PackReading): void {
  const text = fields.values.get('runtime_version');
  if (typeof text !== 'string' || parseConstraint(text, 'tilde') !== undefined) return;
  const message = `\`runtime_version\` is ${JSON.stringify(text)}, which is no constraint on a version.`;
  const hint = 'Write for example "3.12" (any 3.12.x), or ">=3.10, <4".';
  addError(findings, 'invalid-constraint', message, fields.at('runtime_version'), { hint });
}

function hasNoInterpreter({ columns }: Component): boolean {
  const { interpreter } = columns.execution_config as JsonObject;
  const binary = isObject(interpreter) ? interpreter.binary : undefined;
  return binary === undefined || binary === null || ['', 'native', 'none'].includes(String(binary));
}

function withWorkflow(
  component: Component,
  workflowFile: string,
  file: ComponentFile,
  reading: PackReading,
): readonly Component[] {
  const { findings, paths } = reading;
  const place = file.fields.at('workflow_file');
  const found = findInside('actions', workflowFile, paths);
  if (found.type !== 'found') {
    const isOutside = found.type === 'outside';
    const message = isOutside
      ? `The workflow file ${workflowFile} is not inside the pack.`
      : `The workflow file ${found.path} is missing.`;
    addError(findings, isOutside ? 'path-outside-pack' : 'missing-workflow-file', message, place);
    return [component];
  }
  const entrypoint = warnOfFolder(found, 'actions', place, reading);
  const columns = { ...component.columns, entrypoint, is_workflow: true };
  reading.workflowFiles.add(found.path);
  const document = reading.open(found.path);
  if (document === null) return [component];
  const workflow = parseWorkflow(document, { ref: component.ref, columns, tags: tagsOf(file) }, reading);
  if (workflow === null) return [component];
  const linked = { ...component, columns, names: { ...component.names, workflow_def: { ref: workflow.ref } } };
  const isShared = reading.components.some(
    ({ kind, ref, where }) => kind === 'workflow' && ref === workflow.ref && where.file === workflow.where.file,
  );
  return isShared ? [linked] : [workflow, linked];
}

/** Only a workflow has a column for its action's tags. */
function tagsOf({ fields }: ComponentFile): readonly Json[] {
  return (fields.values.get('tags') ?? []) as readonly Json[];
}
