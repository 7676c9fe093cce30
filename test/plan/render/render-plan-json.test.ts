import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse, stringify } from 'yaml';
import { problem } from '../../../src/errors.ts';
import { kinds } from '../../../src/packs/kinds.ts';
import type { Action, Plan } from '../../../src/plan/plan.ts';
import { renderPlanJson } from '../../../src/plan/render/render-plan-json.ts';
import { sampleChange, sampleComponent, sampleField, samplePlan } from '../sample-plan.ts';

const schema = JSON.parse(readFileSync(new URL('../../../schemas/plan.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);

/** With every key of the schema refused unless it names it, so that no key is forgotten there. */
const exact = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(
  JSON.parse(JSON.stringify(schema), (_key, value) =>
    value?.type === 'object' ? { ...value, additionalProperties: false } : value,
  ),
);

const note = { code: 'adhoc-rule', sentence: '1 ad-hoc rule', rows: ['rule jira.a'] };
const actions: Action[] = ['install', 'reinstall', 'configure', 'repair', 'adopt', 'remove', 'forget'];
const where = { file: 'a.yaml', line: 1, column: 2 };
const full = samplePlan({
  skipsDependencies: true,
  guarded: {
    id: '0123456789ab',
    why: ['6 removals are more than 5'],
    changes: [{ pack: 'jira', action: 'remove', guards: ['removal-limit'], from: 'a'.repeat(64), to: null }],
  },
  changes: actions.map((action) =>
    sampleChange({
      action,
      ref: action,
      from: { version: '1.0.0', digest: null, commit: null },
      pack: { id: '1', set: {}, config: [], fields: [sampleField('config.password', 'plain', 'secret:0123456789ab')] },
      components: kinds.map(({ name }) => ({
        ...sampleComponent('update', name, `jira.${name}`, [sampleField('meta', { token: 'plain' }, null)]),
        enabled: true,
      })),
      overrides: [{ op: 'end', pack: 'jira', kind: 'pack', ref: 'jira', field: 'api_key', value: 'plain' }],
      keeps: [note],
      skipped: [note],
      relinks: [note],
      orphans: [note],
      blocks: action === 'remove' ? [note] : [],
      approval: action === 'forget' ? null : { id: '7', who: 'ada@host', why: action === 'adopt' ? null : 'meant' },
      ...(action === 'reinstall'
        ? { hold: { op: 'end', heldBack: { version: '2.0.0', digest: null, commit: null } } }
        : {}),
      warnings: [problem('warning', 'x', 'x', { hint: 'h', where, excerpt: 'e' })],
    }),
  ),
  unchanged: ['core'],
  unreadable: [{ ref: 'vault', problems: [problem('error', 'x', 'x')] }],
  unmanaged: ['old'],
  notes: [note],
  overrides: [{ op: 'record', pack: 'core', kind: 'sensor', ref: 'core.timer', field: 'enabled', value: false }],
  problems: [problem('error', 'x', 'x', { where: { file: 'b.yaml' } })],
});

for (const [name, plan] of [
  ['an empty plan', samplePlan()],
  ['a plan with every action, kind and note', full],
] satisfies [string, Plan][]) {
  test(`${name} is as its schema says, and holds no key that the schema does not name`, () => {
    const data = renderPlanJson(plan);
    assert.ok(validate(data), JSON.stringify(validate.errors));
    assert.ok(exact(data), JSON.stringify(exact.errors));
  });
}

test('the schema refuses another version of the format', () => {
  assert.equal(validate({ ...renderPlanJson(samplePlan()), formatVersion: 2 }), false);
});

test('no plain value under a secret name is in it', () => {
  assert.doesNotMatch(JSON.stringify(renderPlanJson(full)), /plain/);
});

test('a blocked change says so, and counts as blocked alone', () => {
  const data = JSON.parse(JSON.stringify(renderPlanJson(full)));
  const removal = data.changes.find((change: { pack: string }) => change.pack === 'remove');
  assert.equal(removal.blocked, true);
  assert.equal(data.summary.blocked, 1);
  assert.equal(data.summary.actions.remove, 0);
});

test('YAML holds the same data', () => {
  const data = JSON.parse(JSON.stringify(renderPlanJson(full)));
  assert.deepEqual(parse(stringify(data, { aliasDuplicateObjects: false, lineWidth: 0 })), data);
});
