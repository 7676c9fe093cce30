import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPack } from '../../../src/packs/read-pack.ts';
import { minimalPack, type PackFiles, writePack } from '../../support/packs.ts';

async function read(more: PackFiles) {
  return readPack(await writePack({ ...minimalPack(), ...more }));
}

async function codes(more: PackFiles): Promise<readonly string[]> {
  return (await read(more)).problems.map(({ code }) => code);
}

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
