import type { Field, Format } from './format.ts';

/** "http_request" → "Http Request", as Attune makes a label where there is none. */
export function labelFrom(name: string): string {
  return name
    .split('_')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join(' ');
}

export const refField: Field = { name: 'ref', type: 'text', required: 'missing-ref' };
const packRef: Field = { name: 'pack_ref', type: 'text' };
const description: Field = { name: 'description', type: 'text', column: 'description', default: null };
export const filledDescription: Field = { ...description, default: '' };
export const enabled: Field = { name: 'enabled', type: 'boolean', default: true };

export const label: Field = {
  name: 'label',
  aliases: ['name'],
  type: 'text',
  column: 'label',
  default: labelFrom,
  aliasMayBeIdentifier: true,
};

export const parameters: Field = {
  name: 'parameters',
  aliases: ['param_schema', 'parameters_schema'],
  type: 'mapping',
  column: 'param_schema',
  default: null,
};

export const output: Field = {
  name: 'output',
  aliases: ['output_schema', 'out_schema'],
  type: 'mapping',
  column: 'out_schema',
  default: null,
};

export const common: readonly Field[] = [refField, packRef];
const documentation = { tags: [], meta: {}, metadata: {}, examples: [] };
export const visibility = { reference_visibility: 'public', reference_allowed_pack_refs: [] };

function object(name: string, column = name): Field {
  return { name, type: 'mapping', column, default: {} };
}

export const runtimeFormat: Format = {
  kind: 'runtime',
  noun: 'runtime',
  fields: [
    ...common,
    { name: 'name', aliases: ['label'], type: 'text', column: 'name', default: (name) => name },
    description,
    object('distributions'),
    { name: 'installation', type: 'structure', column: 'installation', default: null },
    object('execution_config'),
    { name: 'versions', type: 'list', default: [] },
  ],
  unstored: { ...documentation, aliases: [], installers: [] },
  elsewhere: [],
};

export const runtimeVersionFormat: Format = {
  kind: 'runtime_version',
  noun: 'runtime version',
  fields: [
    { name: 'version', type: 'text', column: 'version', required: 'missing-field', longest: 100 },
    { name: 'is_default', type: 'boolean', column: 'is_default', default: false },
    object('execution_config'),
    object('distributions'),
    { ...object('meta'), aliases: ['metadata'] },
  ],
  unstored: { available: undefined },
  elsewhere: [],
};

export const triggerFormat: Format = {
  kind: 'trigger',
  noun: 'trigger',
  fields: [
    ...common,
    label,
    description,
    enabled,
    parameters,
    { ...output, aliases: ['output_schema', 'out_schema', 'payload_schema'] },
  ],
  unstored: { ...documentation, ...visibility, type: undefined },
  elsewhere: [],
};

export const permissionSetFormat: Format = {
  kind: 'permission_set',
  noun: 'permission set',
  fields: [...common, label, description, { name: 'grants', type: 'list', column: 'grants', default: [] }],
  unstored: documentation,
  elsewhere: [],
};

export const policyFormat: Format = {
  kind: 'policy',
  noun: 'policy',
  fields: [
    ...common,
    { name: 'name', aliases: ['label'], type: 'text', column: 'name', default: labelFrom },
    description,
    { name: 'action_ref', type: 'text', link: 'action' },
    { name: 'method', type: 'text', column: 'method', required: 'missing-field', oneOf: ['cancel', 'enqueue'] },
    { name: 'threshold', type: 'integer', column: 'threshold', required: 'missing-field', minimum: 1 },
    { name: 'parameters', type: 'texts', column: 'parameters', default: [] },
    { name: 'tags', aliases: ['keywords'], type: 'texts', column: 'tags', default: [] },
  ],
  unstored: { enabled: true, priority: 0, rate_limit: undefined, quotas: undefined },
  elsewhere: [],
};

export const ruleFormat: Format = {
  kind: 'rule',
  noun: 'rule',
  fields: [
    ...common,
    label,
    filledDescription,
    enabled,
    { name: 'trigger_ref', type: 'text', link: 'trigger', required: 'missing-field' },
    { name: 'action_ref', type: 'text', link: 'action', required: 'missing-field' },
    { name: 'conditions', type: 'structure', column: 'conditions', default: {} },
    object('action_params'),
    object('trigger_params'),
  ],
  unstored: {
    ...documentation,
    permission_set_refs: [],
    permission_set_ref: undefined,
    sensor_worker_selector: {},
    sensor_worker_tolerations: [],
    sensor_worker_affinity: {},
    trace_tag_template: undefined,
  },
  elsewhere: [],
};
