import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadDesired } from '../../src/desired/load-desired.ts';
import { createTestContext, gitDocument, tinyPack } from '../support/desired.ts';
import { createRemote, temporaryDirectory, writeFiles } from '../support/git.ts';

test('problems of a pack are placed where a person finds its files: its directory, or its path in the repository', async (t) => {
  const directory = await temporaryDirectory(t);
  const bad = (ref: string) => ({ ...tinyPack(ref), 'actions/bad.yaml': 'label: no ref\n' });
  const below = Object.fromEntries(Object.entries(bad('far')).map(([path, text]) => [`packs/far/${path}`, text]));
  const { url } = await createRemote(directory, below, 'far');
  await mkdir(join(directory, 'near'));
  await writeFiles(join(directory, 'near'), bad('near'));
  await writeFiles(directory, {
    'desired/far.yaml': gitDocument('far', url, '    path: packs/far\n'),
    'desired/near.yaml': 'kind: Pack\nref: near\nsource: { directory: ../near }\n',
  });
  const { unreadable } = await loadDesired(createTestContext(directory), { staging: join(directory, 'staging') });
  assert.deepEqual(
    unreadable.map(({ ref, problems }) => [ref, problems[0]?.where?.file]),
    [
      ['far', `${url}:packs/far/actions/bad.yaml`],
      ['near', join(directory, 'near/actions/bad.yaml')],
    ],
  );
});
