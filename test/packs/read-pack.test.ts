import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checksumDirectory } from '../../src/packs/checksum.ts';
import { kinds, packColumns } from '../../src/packs/kinds.ts';
import { readPack } from '../../src/packs/read-pack.ts';
import { minimalPack, type PackFiles, writePack } from '../support/packs.ts';

async function read(more: PackFiles) {
  return readPack(await writePack({ ...minimalPack(), ...more }));
}

async function codes(more: PackFiles): Promise<readonly string[]> {
  return (await read(more)).problems.map(({ code }) => code);
}

test("a minimal pack gives every column, with Attune's defaults", async () => {
  const directory = await writePack(minimalPack());
  const { content, problems } = await readPack(directory);
  assert.deepEqual(problems, []);
  assert.deepEqual(content, {
    ref: 'demo',
    version: '1.0.0',
    digest: (await checksumDirectory(directory)).digest,
    columns: {
      version: '1.0.0',
      label: 'A pack',
      description: null,
      conf_schema: {},
      meta: {},
      tags: [],
      runtime_deps: [],
      is_standard: false,
      dependencies: [],
    },
    config: {},
    dependencies: [],
    runtimeNeeds: [],
    components: [
      {
        kind: 'action',
        ref: 'demo.hello',
        columns: {
          label: 'Hello',
          description: '',
          entrypoint: 'hello.sh',
          runtime_version_constraint: null,
          param_schema: null,
          out_schema: null,
          parameter_delivery: 'stdin',
          parameter_format: 'json',
          output_format: 'text',
          is_workflow: false,
        },
        names: { runtime: { ref: 'core.shell', name: 'shell' } },
        where: { file: 'actions/hello.yaml', line: 1, column: 1 },
      },
    ],
    missingEntries: [],
    warnings: [],
  });
});

const everyKind: PackFiles = {
  'runtimes/r.yaml': 'ref: demo.r\nversions: [{version: "1"}]\n',
  'triggers/t.yaml': 'ref: demo.t\n',
  'permission_sets/s.yaml': 'ref: demo.s\n',
  'workflows/w.yaml': 'ref: demo.w\nversion: "1"\ntasks: [{name: a, action: demo.hello}]\n',
  'sensors/n.yaml': 'ref: demo.n\nrunner_type: python\nentry_point: n.py\ntrigger_types: [t]\n',
  'sensors/n.py': '',
  'policies/p.yaml': 'ref: demo.p\nmethod: cancel\nthreshold: 1\n',
  'rules/u.yaml': 'ref: demo.u\ntrigger_ref: t\naction_ref: hello\n',
};

test('components have exactly the columns of their kind, required links, and a switch where the kind has one', async () => {
  const { content, problems } = await read(everyKind);
  assert.deepEqual(problems, []);
  assert.ok(content);
  assert.deepEqual(Object.keys(content.columns).toSorted(), Object.keys(packColumns).toSorted());
  assert.deepEqual(
    [...new Set(content.components.map(({ kind }) => kind))],
    kinds.map(({ name }) => name),
  );
  for (const kind of kinds) {
    for (const { columns, names, enabled } of content.components.filter((one) => one.kind === kind.name)) {
      assert.deepEqual(Object.keys(columns).toSorted(), Object.keys(kind.columns).toSorted());
      const links = kind.links.map(({ column }) => column);
      assert.ok(Object.keys(names).every((name) => links.includes(name)));
      for (const { column, required } of kind.links) assert.ok(!required || names[column]);
      assert.equal(enabled, kind.hasSwitch ? true : undefined);
    }
  }
});

test('one invalid action among three refuses the pack, and only that action is named', async () => {
  const { content, problems } = await read({
    'actions/b.yaml': 'ref: demo.b\nentry_point: hello.sh\n',
    'actions/c.yaml': 'ref: demo.c\nentry_point: hello.sh\noutput_format: jsn\n',
  });
  assert.equal(content, null);
  assert.deepEqual(problems, [
    {
      severity: 'error',
      code: 'invalid-value',
      message: '`output_format` is "jsn", but must be one of text, json, yaml, jsonl.',
      hint: 'Did you mean json?',
      where: { file: 'actions/c.yaml', line: 3, column: 16 },
      excerpt: 'output_format: jsn',
    },
  ]);
});

test('all problems of all files come in one pass, by file and line', async () => {
  const { problems } = await read({
    'pack.yaml': 'ref: ../x\nversion: 1.0\n',
    'actions/hello.yaml': 'ref: demo.hello\nentry_point: gone.sh\nenabled: 1\nlabel: 2\n',
    'sensors/n.yaml': 'ref: demo.n\nentry_point: n.py\nrunner_type: python\n',
    'triggers/t.yaml': 'ref: demo.t\n  label: x\n',
  });
  assert.deepEqual(
    problems.map(({ code, where }) => `${code} ${where?.file}:${where?.line}`),
    [
      'missing-entry-file actions/hello.yaml:2',
      'field-not-stored actions/hello.yaml:3',
      'wrong-type actions/hello.yaml:4',
      'invalid-pack-ref pack.yaml:1',
      'wrong-type pack.yaml:2',
      'sensor-without-trigger sensors/n.yaml:1',
      'missing-entry-file sensors/n.yaml:2',
      'yaml-syntax triggers/t.yaml:1',
    ],
  );
});

test('a second trigger of a sensor is pointed at where it stands', async () => {
  const { problems } = await read({
    'triggers/a.yaml': 'ref: demo.a\n',
    'triggers/b.yaml': 'ref: demo.b\n',
    'sensors/s.yaml': 'ref: demo.s\nrunner_type: shell\nentry_point: s.sh\ntrigger_types:\n  - a\n  - b\n',
    'sensors/s.sh': '#!/bin/sh\n',
  });
  assert.deepEqual(
    problems.map(({ code, where }) => [code, where?.line, where?.column]),
    [['second-trigger', 6, 5]],
  );
});

test('more YAML than fits in memory at ease is one error', async () => {
  const mebibyte = Buffer.alloc(1024 * 1024, '#\n');
  const files = Array.from({ length: 65 }, (_, index) => [`rules/${index}.yaml`, mebibyte] as const);
  assert.deepEqual(await codes(Object.fromEntries(files)), ['pack-too-large']);
});

test('the same files read twice give the same result', async () => {
  const one = await writePack({ ...minimalPack(), ...everyKind });
  const other = await writePack(Object.fromEntries(Object.entries({ ...minimalPack(), ...everyKind }).toReversed()));
  assert.deepEqual(await readPack(one), await readPack(other));
});

test('no bytes in any file make the reader throw, and content comes only without errors', async () => {
  const scraps = [
    'ref: demo.x\n',
    'ref:',
    ' demo',
    '- a\n',
    '{',
    '}',
    '[',
    ']',
    ': ',
    '\n',
    '  ',
    '&a ',
    '*a',
    '<<: ',
    '1.0',
    'null',
    'tasks:\n',
    'versions: ',
    'dependencies: ',
    'entry_point: ../..',
    'trigger_types: ',
    '"',
    "'",
    '\u0000',
    '---\n',
    '!t ',
  ];
  const text = fc.array(fc.oneof(fc.constantFrom(...scraps), fc.string({ maxLength: 5 })), { maxLength: 12 });
  const bytes = fc.oneof(
    text.map((parts) => Buffer.from(parts.join(''))),
    fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array)),
  );
  const path = fc.constantFrom(
    ...['runtimes', 'triggers', 'permission_sets', 'workflows', 'actions', 'sensors', 'policies', 'rules'].map(
      (folder) => `${folder}/x.yaml`,
    ),
    'pack.yaml',
    'actions/workflows/x.workflow.yaml',
  );
  await fc.assert(
    fc.asyncProperty(path, bytes, async (file, content) => {
      const result = await read({ [file]: content });
      assert.equal(
        result.content === null,
        result.problems.some(({ severity }) => severity === 'error'),
      );
    }),
    { numRuns: 300 },
  );
});
