import type { Format } from './format.ts';

/** `testing` of pack.yaml. */
export const testingFormat: Format = {
  kind: 'pack',
  noun: 'test section',
  fields: [
    { name: 'enabled', type: 'boolean', default: true },
    { name: 'discovery', type: 'mapping' },
    { name: 'runners', type: 'mapping', default: {} },
    { name: 'result_format', type: 'text' },
    { name: 'result_path', type: 'text' },
    { name: 'min_pass_rate', type: 'any', default: 1 },
    { name: 'on_failure', type: 'text', default: 'block', oneOf: ['block', 'warn', 'ignore'] },
  ],
  unstored: {},
  elsewhere: [],
};

/** One entry of `testing.runners`. */
export const testRunnerFormat: Format = {
  kind: 'pack',
  noun: 'test runner',
  fields: [
    { name: 'type', type: 'text', required: 'missing-field' },
    { name: 'entry_point', type: 'text', required: 'missing-field' },
    { name: 'timeout', type: 'integer', minimum: 1 },
    { name: 'result_format', type: 'text' },
    { name: 'result_path', type: 'text' },
  ],
  unstored: {},
  // Of Attune's own proposal; no release of it reads them.
  elsewhere: ['requirements', 'config'],
};
