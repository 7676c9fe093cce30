import { refField } from './component-fields.ts';
import type { Format } from './format.ts';

/** pack.yaml. Its `ref` and `version` are checked apart, by Attune's constraints. */
export const packFormat: Format = {
  kind: 'pack',
  noun: 'pack',
  fields: [
    refField,
    { name: 'version', type: 'text', column: 'version', required: 'missing-field' },
    { name: 'label', aliases: ['name'], type: 'text', column: 'label', default: (name) => name },
    { name: 'description', type: 'text', column: 'description', default: null },
    { name: 'conf_schema', aliases: ['config_schema'], type: 'mapping', column: 'conf_schema', default: {} },
    { name: 'config', type: 'mapping', default: {} },
    { name: 'meta', aliases: ['metadata'], type: 'mapping', column: 'meta', default: {} },
    { name: 'tags', aliases: ['keywords'], type: 'texts', column: 'tags', default: [] },
    { name: 'runtime_deps', type: 'texts', column: 'runtime_deps', default: [] },
    { name: 'dependencies', type: 'any', default: [] },
    { name: 'python', type: 'any' },
    { name: 'nodejs', type: 'any' },
    { name: 'testing', type: 'mapping' },
    { name: 'system', aliases: ['is_standard'], type: 'boolean', column: 'is_standard', default: false },
  ],
  unstored: {
    enabled: true,
    installers: [],
    worker_selector: {},
    worker_tolerations: [],
    worker_affinity: {},
  },
  elsewhere: ['author', 'email', 'license', 'homepage', 'repository', 'use_case', 'requires', 'source', 'evidence'],
};
