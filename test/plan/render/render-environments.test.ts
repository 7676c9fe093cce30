import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { PackEnvironment } from '../../../src/environments/environment.ts';
import type { PackChange } from '../../../src/plan/plan.ts';
import { renderPlanJson } from '../../../src/plan/render/render-plan-json.ts';
import { renderPlanMarkdown } from '../../../src/plan/render/render-plan-markdown.ts';
import { renderPlanText } from '../../../src/plan/render/render-plan-text.ts';
import { sampleChange, samplePlan } from '../sample-plan.ts';

function environment(given: Partial<PackEnvironment> = {}): PackEnvironment {
  return {
    key: 'a'.repeat(32),
    runtime: 'core.python',
    version: '3.11',
    config: {
      interpreter: { binary: 'python3', args: [] },
      environment: { type: 'virtualenv', directory: '.venv', create: ['make', 'it'], interpreterPath: null },
      dependencies: null,
    },
    interpreter: { path: '/usr/bin/python3.11', version: '3.11.2' },
    manifest: { path: 'requirements.txt', digest: 'd', files: [], isOwn: false },
    buildScripts: false,
    op: 'build',
    why: 'requirements.txt changed',
    link: '.venv',
    workerName: 'python-3.11',
    ...given,
  };
}

const linked = environment({
  key: 'b'.repeat(32),
  runtime: 'core.nodejs',
  version: null,
  link: 'node_modules',
  op: 'link',
  why: 'already built',
  interpreter: null,
  manifest: null,
});
const plan = samplePlan({
  changes: [
    sampleChange({
      ref: 'jira',
      environments: [environment(), linked],
      tests: { runners: [{ name: 'python', type: 'unittest' }], onFailure: 'block', policy: 'report' },
    }),
    sampleChange({ ref: 'slack', environments: [environment(), environment({ ...linked, op: 'keep', why: '' })] }),
    sampleChange({
      action: 'repair',
      ref: 'vault',
      reason: { code: 'environment-broken', sentence: 'environment .venv: bin/python3 is missing' },
      files: false,
      environments: [environment({ key: 'c'.repeat(32), op: 'rebuild', why: 'bin/python3 is missing' })],
    }),
    sampleChange({
      ref: 'stuck',
      environments: [environment({ key: 'd'.repeat(32) })],
      blocks: [{ code: 'interpreter-missing', sentence: 'node is not on this machine', rows: [] }],
    }),
    sampleChange({
      action: 'reinstall',
      ref: 'wiki',
      from: { version: '0.9.0', digest: 'b'.repeat(64), commit: null },
      environments: [environment({ why: 'not built yet' }), environment({ ...linked, op: 'keep', why: '' })],
    }),
  ],
});

test('the text says of each environment what is done about it, and why, and counts one that is shared once', () => {
  const text = renderPlanText(plan, { color: false, width: 100 });
  assert.ok(
    text.includes(`+ install jira 1.0.0: not installed
    runs in    .venv of core.python 3.11: to build, requirements.txt changed
    runs in    node_modules of core.nodejs: to link, already built
    tests      python (unittest): what fails is only reported (tests: report)
`),
    text,
  );
  assert.ok(text.includes('    runs in    node_modules of core.nodejs: there already\n'), text);
  assert.ok(text.includes('    runs in    node_modules of core.nodejs: stays\n'), text);
  assert.ok(text.includes('    runs in    .venv of core.python 3.11: to build\n'), text);
  assert.ok(text.includes('    runs in    .venv of core.python 3.11: to build anew, bin/python3 is missing\n'), text);
  assert.ok(text.includes('environment .venv: bin/python3 is missing'), text);
  assert.ok(text.includes('hint       Install it on this machine, where PATH leads to it'), text);
  assert.ok(
    text.endsWith('Plan: 2 to install, 1 to reinstall, 1 to repair, 2 environments to build, 1 blocked.\n'),
    text,
  );
});

test('the tests that come before a change are named, and what comes of those that fail', () => {
  const runners = [
    { name: 'python', type: 'unittest' },
    { name: 'script', type: 'script' },
  ];
  const lines = (tests: Partial<NonNullable<PackChange['tests']>>) => {
    const told = { runners, onFailure: 'block', policy: 'pack', ...tests } as const;
    const changed = samplePlan({ changes: [sampleChange({ tests: told })] });
    assert.equal(renderPlanMarkdown(changed).includes('tests      '), true);
    return renderPlanText(changed, { color: false, width: 100 })
      .split('\n')
      .filter((line) => line.startsWith('    tests'));
  };
  assert.deepEqual(lines({}), ['    tests      python (unittest), script']);
  assert.deepEqual(lines({ runners: [] }), ['    tests      no runner is named']);
  for (const [tests, end] of [
    [{ onFailure: 'warn' }, 'what fails is only a warning'],
    [{ onFailure: 'ignore', policy: 'report' }, 'what fails is ignored'],
    [{ policy: 'report' }, 'what fails is only reported (tests: report)'],
    [{ policy: 'off' }, 'not run (tests: off)'],
  ] as const) {
    assert.deepEqual(lines(tests), [`    tests      python (unittest), script: ${end}`]);
  }
});

test('JSON has them as the schema says, without the commands, and Markdown in the details of the pack', () => {
  const schema = JSON.parse(readFileSync(new URL('../../../schemas/plan.schema.json', import.meta.url), 'utf8'));
  const exact = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(
    JSON.parse(JSON.stringify(schema), (_key, value) =>
      value?.type === 'object' ? { ...value, additionalProperties: false } : value,
    ),
  );
  const data = JSON.parse(JSON.stringify(renderPlanJson(plan)));
  assert.equal(exact(structuredClone(data)), true, JSON.stringify(exact.errors));
  assert.deepEqual(data.summary.environments, { build: 1, rebuild: 1, link: 1 });
  assert.deepEqual(data.changes[0].environments[0], {
    key: 'a'.repeat(32),
    runtime: 'core.python',
    version: '3.11',
    op: 'build',
    why: 'requirements.txt changed',
    link: '.venv',
    interpreter: { path: '/usr/bin/python3.11', version: '3.11.2' },
    manifest: 'requirements.txt',
  });
  assert.deepEqual(data.changes[0].tests, {
    runners: [{ name: 'python', type: 'unittest' }],
    onFailure: 'block',
    policy: 'report',
  });
  assert.equal(data.changes[1].tests, null);
  const markdown = renderPlanMarkdown(plan);
  assert.ok(
    markdown.includes('### Plan: 2 to install, 1 to reinstall, 1 to repair, 2 environments to build, 1 blocked.'),
    markdown,
  );
  assert.ok(markdown.includes('runs in    .venv of core.python 3.11: to build, requirements.txt changed'), markdown);
});
