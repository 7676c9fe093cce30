import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { renderValidate } from '../../src/commands/render-validate.ts';
import { validatePaths } from '../../src/commands/validate.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const config = `name: x\ndesiredState: [{directory: d}]\ndatabase: {url: "\${DB}"}\n`;
const pack =
  'ref: jira\nlabel: Jira\nversion: 1.0.0\nconf_schema:\n  token: { type: string, required: true, secret: true }\n  port: { type: integer }\n';

async function scene(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'validate-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(directory, dirname(path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  return directory;
}

async function validate(startDirectory: string, ...paths: string[]) {
  const { problems, ...counts } = await validatePaths(paths, { startDirectory, environment: {} });
  const places = problems.map(({ severity, code, where, hint }) => {
    if (['source-missing', 'path-unreadable'].includes(code)) assert.notEqual(hint, undefined);
    return `${where?.file.replace(`${startDirectory}/`, '')}:${where?.line ?? ''} ${severity} ${code}`;
  });
  return { places, ...counts };
}

test('the configuration of this repository and everything it names are valid', async () => {
  const { places, documents, packs } = await validate(root);
  assert.deepEqual(places, []);
  assert.ok(documents > 3 && packs > 2);
});

test('without a path the configuration, its documents and their packs are checked, absent secrets being warnings', async (t) => {
  const directory = await scene(t, {
    'attune.config.yaml': config,
    'd/a.yaml': 'kind: Pack\nref: jira\nsource: {directory: ../p}\nconfig:\n  token: {fromEnv: NOPE}\n  port: x\n',
    'd/b.yaml': 'kind: Pack\nref: gone\nsource: {directory: ../gone}\n',
    'd/c.yaml': 'kind: Pack\nref: other\nsource: {directory: ../p}\n',
    'd/.hidden/x.yaml': 'a: [',
    'p/pack.yaml': pack,
  });
  assert.deepEqual(await validate(directory), {
    places: [
      'attune.config.yaml:3 warning unset-variable',
      'd/a.yaml:5 warning unset-variable',
      'd/a.yaml:6 error invalid-config',
      'd/b.yaml:2 error source-missing',
      'd/c.yaml:2 error ref-mismatch',
    ],
    files: 4,
    documents: 3,
    packs: 1,
  });
});

test('a user who builds and is not on this machine is a warning, with its line', async (t) => {
  const runAs = `${config}environments: { runAs: no-such-user }\n`;
  const directory = await scene(t, {
    'attune.config.yaml': runAs,
    'd/a.yaml': 'kind: Pack\nref: vault\nsource: {git: {url: https://h/x}}\n',
  });
  const { places } = await validate(directory);
  assert.deepEqual(places, [
    'attune.config.yaml:3 warning unset-variable',
    'attune.config.yaml:4 warning unknown-user',
  ]);
});

test('a path may be a document, a directory of them, a pack or a configuration; twice is once', async (t) => {
  const directory = await scene(t, {
    'other.yaml': config,
    'd/a.yaml': 'kind: Pack\nref: vault\nsource: {git: {url: https://h/x}}\n',
    'p/pack.yaml': pack,
  });
  assert.deepEqual(await validate(directory, 'd/a.yaml', 'd', 'other.yaml', 'p', 'p/pack.yaml'), {
    places: ['other.yaml:3 warning unset-variable'],
    files: 2,
    documents: 1,
    packs: 1,
  });
});

test('a path that is missing or empty is an error, and the others are checked', async (t) => {
  const directory = await scene(t, { 'empty/readme.txt': '', 'a.yaml': 'kind: Pack\n' });
  const { places } = await validate(directory, 'nope', 'empty', 'a.yaml');
  assert.deepEqual(places, [
    'a.yaml:1 error missing-key',
    'a.yaml:1 error missing-key',
    'empty: error path-unreadable',
    'nope: error path-unreadable',
  ]);
});

test('problems of a pack are shown below the path it was named by', async (t) => {
  const directory = await scene(t, { 'p/pack.yaml': 'ref: jira\nversion: [\n' });
  const { places } = await validate(directory, 'p');
  assert.ok(places.length > 0 && places.every((place) => place.startsWith('p/')), places.join('\n'));
});

test('the last line says what was looked at', () => {
  const counts = { files: 1, documents: 2, packs: 0, problems: [] };
  assert.equal(renderValidate(counts, { color: false }), 'Valid: 1 file, 2 documents, 0 packs.\n');
  const pack = { files: 0, documents: 0, packs: 1, problems: [] };
  assert.equal(renderValidate(pack, { color: false }), 'Valid: 1 pack.\n');
});
