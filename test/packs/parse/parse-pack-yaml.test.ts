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
