import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findNamedFiles } from '../../../src/environments/facts/find-named-files.ts';

const files = [
  'pack.yaml',
  'requirements.txt',
  'constraints.txt',
  'more/requirements.txt',
  'more/local.whl',
  'wheels/a.whl',
  'wheels/b.tar.gz',
  'lib/setup.py',
  'lib/code.py',
  'package.json',
  'package-lock.json',
  '.npmrc',
  'index.js',
  'tars/tool.tgz',
  'Gemfile',
];
const paths = new Set(files);

/** The manifest, its text, files that it names, manifests that it names, whether it leads into the pack. */
const table: readonly (readonly [string, string, string[], string[], boolean])[] = [
  ['requirements.txt', 'requests==2.31\n# ./wheels/a.whl\n', [], [], false],
  [
    'requirements.txt',
    './wheels/a.whl\nwheels/b.tar.gz --hash=sha256:00\n',
    ['wheels/a.whl', 'wheels/b.tar.gz'],
    [],
    false,
  ],
  ['requirements.txt', 'a @ file:wheels/a.whl ; python_version > "3"\n', ['wheels/a.whl'], [], false],
  ['requirements.txt', 'wheels/a.whl[extra]  # with an extra\n', ['wheels/a.whl'], [], false],
  [
    'requirements.txt',
    '-r more/requirements.txt\n-cconstraints.txt\n',
    [],
    ['constraints.txt', 'more/requirements.txt'],
    false,
  ],
  ['requirements.txt', '--requirement=more/requirements.txt\n', [], ['more/requirements.txt'], false],
  ['requirements.txt', '--no-index --find-links wheels\na\n', ['wheels/a.whl', 'wheels/b.tar.gz'], [], false],
  ['requirements.txt', '--find-links=./wheels \\\n a\n', ['wheels/a.whl', 'wheels/b.tar.gz'], [], false],
  ['requirements.txt', '-e ./lib\n', [], [], true],
  ['requirements.txt', '-e .\n', [], [], true],
  ['requirements.txt', '.\n', [], [], true],
  ['requirements.txt', './lib\n', [], [], true],
  ['requirements.txt', 'lib\n', [], [], false],
  ['requirements.txt', '../other\n/etc/passwd\nhttps://example.com/wheels/a.whl\n-r ../x.txt\n', [], [], false],
  [
    'more/requirements.txt',
    'local.whl\nwheels/a.whl\n-r ../requirements.txt\n',
    ['more/local.whl', 'wheels/a.whl'],
    ['requirements.txt'],
    false,
  ],
  [
    'package.json',
    '{"dependencies": {"is-odd": "^3.0.0"}, "main": "index.js"}',
    ['.npmrc', 'package-lock.json'],
    [],
    false,
  ],
  [
    'package.json',
    '{"dependencies": {"t": "file:tars/tool.tgz"}}',
    ['.npmrc', 'package-lock.json', 'tars/tool.tgz'],
    [],
    false,
  ],
  ['package.json', '{"devDependencies": {"l": "file:lib"}}', ['.npmrc', 'package-lock.json'], [], true],
  ['package.json', '{"workspaces": ["lib"]}', ['.npmrc', 'package-lock.json'], [], true],
  ['package.json', '{"scripts": {"postinstall": "node index.js"}}', ['.npmrc', 'package-lock.json'], [], false],
  ['package.json', '{"main": "index.js" and so on', ['.npmrc', 'index.js', 'package-lock.json'], [], false],
  ['Gemfile', "gem 'tool', path: 'lib'\n", [], [], true],
  ['Gemfile', "gem 'tool', '1.0'\nsource 'file:tars/tool.tgz'\n", ['tars/tool.tgz'], [], false],
];

describe('what a manifest names of its pack', () => {
  for (const [path, text, named, manifests, isOwn] of table) {
    it(`of ${path}: ${JSON.stringify(text)}`, () => {
      assert.deepEqual(findNamedFiles({ path, text, paths }, false), { files: named, manifests, isOwn });
    });
  }

  it('is the whole pack where npm may run scripts of its own', () => {
    const text = '{"scripts": {"postinstall": "node index.js"}}';
    assert.equal(findNamedFiles({ path: 'package.json', text, paths }, true).isOwn, true);
    assert.equal(
      findNamedFiles({ path: 'package.json', text: '{"scripts": {"test": "x"}}', paths }, true).isOwn,
      false,
    );
  });
});
