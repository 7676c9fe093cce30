import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseDocuments } from '../../src/desired/parse-documents.ts';
import { resolveSecrets } from '../../src/desired/resolve-secrets.ts';
import type { Secret } from '../../src/secret.ts';

test('secret files are read beside the document; one that cannot be read is an error of that document alone', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'secrets-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  await writeFile(join(directory, 'good'), 'hunter2\n');
  await writeFile(join(directory, 'bad'), Buffer.from([0xff]));
  const document = (ref: string, value: string) => ({
    path: `${ref}.yaml`,
    text: `kind: Pack\nref: ${ref}\nsource: {directory: x}\nconfig: {deep: [{key: {fromFile: ${value}}}]}\n`,
  });
  const files = [
    document('relative', 'good'),
    document('absolute', join(directory, 'good')),
    document('missing', 'nope'),
    document('binary', 'bad'),
    document('folder', '.'),
    document('endless', '/dev/zero'),
  ];
  const parsed = parseDocuments(files, { name: 'e', base: { type: 'directory', directory } }, {});
  const { documents, mentioned, problems } = await resolveSecrets(parsed);
  const values = documents.map(({ ref, config }) => [ref, (config.deep as { key: Secret }[])[0]?.key.reveal()]);
  assert.deepEqual(values, [
    ['relative', 'hunter2'],
    ['absolute', 'hunter2'],
  ]);
  assert.deepEqual(mentioned, ['binary', 'endless', 'folder', 'missing']);
  assert.deepEqual(
    problems.map(({ code, message }) => `${code} ${message}`),
    [
      'unreadable-secret The file that config.deep.0.key comes from is not UTF-8 text.',
      'unreadable-secret The file that config.deep.0.key comes from is not a regular file.',
      'unreadable-secret The file that config.deep.0.key comes from is a directory.',
      'unreadable-secret The file that config.deep.0.key comes from does not exist.',
    ],
  );
  assert.deepEqual(problems.at(-1)?.where, { file: join(directory, 'missing.yaml'), line: 4, column: 34 });
});
