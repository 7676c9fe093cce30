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
