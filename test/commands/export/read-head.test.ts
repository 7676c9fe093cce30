import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHead } from '../../../src/commands/export/read-head.ts';
import { addFiles, writePack } from '../../support/packs.ts';

const commit = 'a'.repeat(40);
const other = 'b'.repeat(40);

for (const [name, files, expected] of [
  ['a commit', { '.git/HEAD': `${commit}\n` }, commit],
  ['a branch', { '.git/HEAD': 'ref: refs/heads/main\n', '.git/refs/heads/main': `${commit}\n` }, commit],
  [
    'a packed branch',
    {
      '.git/HEAD': 'ref: refs/heads/main\n',
      '.git/packed-refs': `# pack\n${other} refs/heads/x\n${commit} refs/heads/main\n`,
    },
    commit,
  ],
  ['a branch without commits', { '.git/HEAD': 'ref: refs/heads/main\n' }, null],
  ['a path out of the repository', { '.git/HEAD': 'ref: refs/../../secret\n', secret: commit }, null],
  ['anything else', { '.git/HEAD': 'hello\n' }, null],
  ['nothing', { '.git/config': '' }, null],
] as const) {
  test(`the HEAD of a clone that says ${name} is ${expected === null ? 'not known' : 'its commit'}`, async () => {
    const directory = await writePack({});
    await addFiles(directory, files);
    assert.equal(await readHead(directory), expected);
  });
}
