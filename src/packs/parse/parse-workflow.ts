import { isObject, type Json, type JsonObject } from '../../json.ts';
import type { YamlDocument } from '../../yaml/read-yaml.ts';
import type { Component } from '../content.ts';
import { isOwnRef } from '../fields/check-ref.ts';
import { workflowFormat } from '../fields/code-fields.ts';
import type { Format } from '../fields/format.ts';
import { columnsOf, type Fields, parseFields } from '../fields/parse-fields.ts';
import { checkTasks } from './check-tasks.ts';
import type { PackReading } from './pack-reading.ts';

/** What the action of a workflow file decides or fills in. */
export interface WorkflowOwner {
  readonly ref: string;
  readonly columns: Readonly<Record<string, Json>>;
  readonly tags: readonly Json[];
}

/** A workflow file that an action names may leave its ref and label to that action. */
const ownedFormat: Format = {
  ...workflowFormat,
  fields: workflowFormat.fields.map(({ required, ...field }) =>
    field.name === 'ref' || required === undefined ? field : { ...field, required },
  ),
};

/**
 * A workflow file as a component, or null where its ref cannot be used. The owner's label, description and tags
 * fill in what the file leaves out; the owner's schemas win.
 */
export function parseWorkflow(
  document: YamlDocument,
  owner: WorkflowOwner | null,
  reading: PackReading,
): Component | null {
  const { findings } = reading;
  const format = owner === null ? workflowFormat : ownedFormat;
  const root = { document, path: [] };
  const given = isObject(document.value) ? (document.value as JsonObject).ref : undefined;
  const ref = typeof given === 'string' && given !== '' ? given : owner?.ref;
  const name = ref?.slice(ref.lastIndexOf('.') + 1) ?? '';
  const fields = parseFields(format, root, document.value, name, findings);
  if (ref === undefined || !isOwnRef(ref, 'workflow', reading.packRef, fields.at('ref'), findings)) return null;
  const columns = ownedColumns(columnsOf(format, fields, name), fields, owner);
  const tasks = checkTasks(listOf(fields.values.get('tasks')), fields.at('tasks'), findings);
  return {
    kind: 'workflow',
    ref,
    columns: { ...columns, definition: definitionOf(document.value, ref, columns, fields, tasks) },
    names: {},
    enabled: fields.values.get('enabled') !== false,
    where: document.position(fields.at('ref').path, 'key'),
  };
}

function ownedColumns(
  columns: Readonly<Record<string, Json>>,
  { values }: Fields,
  owner: WorkflowOwner | null,
): Record<string, Json> {
  if (owner === null) return columns;
  return {
    ...columns,
    label: values.get('label') ?? owner.columns.label ?? null,
    description: values.get('description') ?? owner.columns.description ?? null,
    tags: listOf(values.get('tags')).length > 0 ? (values.get('tags') ?? []) : owner.tags,
    param_schema: owner.columns.param_schema ?? columns.param_schema ?? null,
    out_schema: owner.columns.out_schema ?? columns.out_schema ?? null,
  };
}

/** The whole file, complete and in canonical spelling, as what runs a workflow expects it. */
function definitionOf(
  value: Json,
  ref: string,
  columns: Readonly<Record<string, Json>>,
  { values }: Fields,
  tasks: readonly JsonObject[],
): JsonObject {
  const spellings = new Set(workflowFormat.fields.flatMap(({ aliases = [] }) => aliases));
  const rest = Object.entries(isObject(value) ? (value as JsonObject) : {}).filter(([key]) => !spellings.has(key));
  const own = ['parameters', 'output'].flatMap((field) => {
    const given = values.get(field);
    return given === undefined ? [] : [[field, given] as const];
  });
  const { label = null, description = null, version = null, tags = [] } = columns;
  const vars = mergeVars(values.get('vars'));
  return { ...Object.fromEntries([...rest, ...own]), ref, label, description, version, tags, vars, tasks };
}

/** Variables are a mapping; a list of mappings, as some workflows have it, is taken together. */
function mergeVars(vars: Json | undefined): JsonObject {
  const parts = listOf(vars).filter((part): part is JsonObject => isObject(part));
  return Object.fromEntries(parts.flatMap((part) => Object.entries(part)));
}

function listOf(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}
