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

test('a version without quotes is shown as it is written, and the hint quotes it', async () => {
  const { problems } = await read({ 'pack.yaml': 'ref: demo\nlabel: x\nversion: 1.10\n' });
  assert.deepEqual(problems, [
    {
      severity: 'error',
      code: 'wrong-type',
      message: '`version` must be text, and this is 1.10, a number.',
      hint: 'Quote it: "1.10".',
      where: { file: 'pack.yaml', line: 3, column: 10 },
      excerpt: 'version: 1.10',
    },
  ]);
});

for (const [ref, code] of [
  ['../x', 'invalid-pack-ref'],
  ['a', 'invalid-pack-ref'],
  ['Demo', 'invalid-pack-ref'],
  ['de.mo', 'invalid-pack-ref'],
  ['-demo', 'invalid-pack-ref'],
  [`d${'e'.repeat(100)}`, 'invalid-pack-ref'],
] as const) {
  test(`the pack ref ${ref.slice(0, 10)} is refused`, async () => {
    assert.deepEqual(await codes({ 'pack.yaml': `ref: ${ref}\nversion: 1.0.0\n`, 'actions/hello.yaml': null }), [code]);
  });
}

for (const version of ['"1.0"', 'v1.0.0', '1.0.0/../x', '1.0.0-', '"1.0.0 "']) {
  test(`the pack version ${version} is refused`, async () => {
    assert.deepEqual(await codes({ 'pack.yaml': `ref: demo\nversion: ${version}\n` }), ['invalid-pack-version']);
  });
}

test('a pack without pack.yaml, with two of them, or without a directory is refused', async () => {
  const none = await readPack(await writePack({ 'README.md': '' }));
  assert.deepEqual([none.content, none.problems[0]?.code], [null, 'missing-pack-yaml']);
  assert.deepEqual(await codes({ 'pack.yml': 'ref: demo\nversion: 1.0.0\n' }), ['two-pack-yamls']);
  const absent = await readPack(`${await writePack({})}/none`);
  assert.deepEqual([absent.content, absent.problems.map(({ code }) => code)], [null, ['pack-directory-missing']]);
});

for (const [runner, ref] of [
  ['bash', 'core.shell'],
  ['Python3', 'core.python'],
  ['node.js', 'core.nodejs'],
  ['other.rust', 'other.rust'],
  ['go', 'go'],
] as const) {
  test(`runner_type ${runner} names the runtime ${ref}, and ${runner.toLowerCase()} by name`, async () => {
    const file = `ref: demo.hello\nrunner_type: ${runner}\nentry_point: hello.sh\n`;
    const { content } = await read({ 'actions/hello.yaml': file });
    assert.deepEqual(content?.components[0]?.names.runtime, { ref, name: runner.toLowerCase() });
  });
}

test('a runtime without an interpreter makes entry files native, whatever its name', async () => {
  const file = 'ref: demo.tool\nrunner_type: demo.rust\nentry_point: tool\n';
  const { content } = await read({ 'runtimes/rust.yaml': 'ref: demo.rust\n', 'actions/tool.yaml': file });
  assert.deepEqual(content?.missingEntries, ['demo.tool']);
});

test('a shell action may be a command, and another runtime may not', async () => {
  const inline = (runner: string) => ({
    'actions/hello.yaml': `ref: demo.hello\nrunner_type: ${runner}\nentry_point: echo hello\n`,
  });
  assert.deepEqual(await codes(inline('shell')), []);
  assert.deepEqual(await codes(inline('python')), ['missing-entry-file']);
});

test('two spellings of one field with one value are no conflict', async () => {
  const file = 'ref: demo\nversion: 1.0.0\nlabel: Same\nname: Same\ntags: [a]\nkeywords: a\n';
  assert.deepEqual(await codes({ 'pack.yaml': file }), []);
});

test('a JSON Schema gives defaults from its properties; config wins over them', async () => {
  const { content } = await read({
    'pack.yaml': `ref: demo
version: 1.0.0
conf_schema: {type: object, properties: {a: {default: 1}, b: {default: [2]}, c: {type: string}}}
config: {a: 5, d: {e: null}}
`,
  });
  assert.deepEqual(Object.entries(content?.config ?? {}), [
    ['a', 5],
    ['b', [2]],
    ['d', { e: null }],
  ]);
});

test('two actions may share a workflow file with a ref of its own', async () => {
  const flow = 'workflow_file: workflows/flow.workflow.yaml\n';
  const { content, problems } = await read({
    'actions/a.yaml': `ref: demo.a\n${flow}`,
    'actions/b.yaml': `ref: demo.b\n${flow}`,
    'actions/workflows/flow.workflow.yaml':
      'ref: demo.flow\nlabel: Flow\nversion: "1"\ntasks: [{name: x, action: demo.hello}]\n',
  });
  assert.deepEqual(problems, []);
  const shown = content?.components.map(({ kind, ref, names }) => [kind, ref, names.workflow_def?.ref]);
  assert.deepEqual(shown, [
    ['workflow', 'demo.flow', undefined],
    ['action', 'demo.a', 'demo.flow'],
    ['action', 'demo.b', 'demo.flow'],
    ['action', 'demo.hello', undefined],
  ]);
});

test('an action file and a workflow without action may not have one ref', async () => {
  const { problems } = await read({
    'workflows/hello.yaml': 'ref: demo.hello\nversion: "1"\ntasks: [{name: x, action: core.noop}]\n',
  });
  assert.deepEqual(
    problems.map(({ code, message, where }) => [code, message, where?.file]),
    [
      [
        'duplicate-ref',
        'Two actions have the ref demo.hello: here and in actions/hello.yaml:1:1.',
        'workflows/hello.yaml',
      ],
    ],
  );
});

test('a runtime may have more than one dot in its ref', async () => {
  const { content } = await read({ 'runtimes/s.yaml': 'ref: demo.sensor.builtin\n' });
  assert.equal(content?.components[0]?.ref, 'demo.sensor.builtin');
  assert.equal(content?.components[0]?.columns.name, 'builtin');
});

test('a field that no column stores is told once for all files', async () => {
  const { problems } = await read({
    'triggers/a.yaml': 'ref: demo.a\ntags: [x]\n',
    'triggers/b.yaml': 'ref: demo.b\ntags: [x]\n',
    'triggers/c.yaml': 'ref: demo.c\ntags: []\n',
  });
  assert.deepEqual(
    problems.map(({ message, where }) => [message, where?.file, where?.line]),
    [
      [
        'No column of Attune stores `tags` of a trigger: it has no effect (in 2 files, this is the first).',
        'triggers/a.yaml',
        2,
      ],
    ],
  );
});

test('several fields of one kind that no column stores are one warning, at the first of them', async () => {
  const { problems } = await read({
    'triggers/a.yaml': 'ref: demo.a\ntype: cron\ntags: [x]\n',
    'triggers/b.yaml': 'ref: demo.b\ntags: [x]\n',
  });
  assert.deepEqual(
    problems.map(({ message, where }) => [message, where?.file, where?.line]),
    [
      [
        'No column of Attune stores these fields of a trigger, which have no effect: `type`, `tags` (2 files).',
        'triggers/a.yaml',
        2,
      ],
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

test('unknown fields suggest the nearest known one, keys for notes are free, and a flood of them is cut', async () => {
  const { problems } = await read({
    'triggers/a.yaml': 'ref: demo.a\nx-note: 1\n_anchor: 2\n.hidden: 3\nparamters: {}\n',
  });
  assert.deepEqual(
    problems.map(({ code, hint }) => [code, hint]),
    [['unknown-field', 'Did you mean `parameters`?']],
  );
  const flood = Array.from({ length: 500 }, (_, index) => `key${index}: 1\n`).join('');
  assert.equal((await codes({ 'triggers/a.yaml': `ref: demo.a\n${flood}` })).length, 21);
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
