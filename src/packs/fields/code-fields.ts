import { common, enabled, filledDescription, label, output, parameters, visibility } from './component-fields.ts';
import type { Field, Format } from './format.ts';

const entryPoint: Field = {
  name: 'entry_point',
  aliases: ['entrypoint'],
  type: 'text',
  column: 'entrypoint',
  default: '',
};

const runtimeVersion: Field = {
  name: 'runtime_version',
  aliases: ['runtime_version_constraint'],
  type: 'text',
  column: 'runtime_version_constraint',
  default: null,
};

/** What later Attune versions know of actions and sensors alike. */
const laterFields = {
  ...visibility,
  meta: {},
  metadata: {},
  examples: [],
  timeout_seconds: undefined,
  worker_selector: {},
  worker_tolerations: [],
  worker_affinity: {},
  log_retention_policy: undefined,
  log_retention_limit: undefined,
  artifact_retention_policy: undefined,
  artifact_retention_limit: undefined,
};

export const actionFormat: Format = {
  kind: 'action',
  noun: 'action',
  fields: [
    ...common,
    label,
    filledDescription,
    entryPoint,
    { name: 'runner_type', type: 'text' },
    runtimeVersion,
    parameters,
    output,
    {
      name: 'parameter_delivery',
      type: 'text',
      column: 'parameter_delivery',
      default: 'stdin',
      oneOf: ['stdin', 'file'],
    },
    {
      name: 'parameter_format',
      type: 'text',
      column: 'parameter_format',
      default: 'json',
      oneOf: ['dotenv', 'json', 'yaml'],
    },
    {
      name: 'output_format',
      type: 'text',
      column: 'output_format',
      default: 'text',
      oneOf: ['text', 'json', 'yaml', 'jsonl'],
    },
    { name: 'workflow_file', type: 'text' },
    { name: 'tags', type: 'texts', default: [] },
  ],
  unstored: {
    ...laterFields,
    enabled: true,
    timeout: undefined,
    max_retries: 0,
    required_worker_runtimes: {},
    accesses_mcp: false,
    default_execution_permission_set_refs: [],
    launch: undefined,
  },
  elsewhere: [],
};

export const sensorFormat: Format = {
  kind: 'sensor',
  noun: 'sensor',
  fields: [
    ...common,
    label,
    filledDescription,
    enabled,
    entryPoint,
    { name: 'runner_type', type: 'text' },
    runtimeVersion,
    {
      name: 'trigger_types',
      aliases: ['trigger_type'],
      type: 'texts',
      link: 'trigger',
      required: 'sensor-without-trigger',
    },
    parameters,
    { name: 'config', type: 'mapping', column: 'config', default: {} },
  ],
  unstored: { ...laterFields, tags: [], poll_interval: undefined },
  elsewhere: [],
};

/** The whole file is stored as the definition beside these, so nothing of it is lost. */
export const workflowFormat: Format = {
  kind: 'workflow',
  noun: 'workflow',
  fields: [
    ...common.map((field) => ({ ...field, longest: 255 })),
    { ...label, longest: 255 },
    { name: 'description', type: 'text', column: 'description', default: null },
    enabled,
    { name: 'version', type: 'text', column: 'version', required: 'missing-field', longest: 50 },
    parameters,
    output,
    { name: 'tags', aliases: ['keywords'], type: 'texts', column: 'tags', default: [] },
    { name: 'vars', type: 'structure', default: {} },
    { name: 'tasks', type: 'list', required: 'workflow-without-tasks' },
    { name: 'output_map', type: 'mapping' },
    { name: 'cancellation_policy', type: 'text', oneOf: ['allow_finish', 'cancel_running'] },
  ],
  unstored: {},
  elsewhere: ['meta', 'metadata', 'examples'],
};
