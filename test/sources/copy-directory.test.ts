import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { SyncError } from '../../src/errors.ts';
import { checksumDirectory } from '../../src/packs/checksum.ts';
import { copyDirectory } from '../../src/sources/copy-directory.ts';
import { temporaryDirectory, writeFiles } from '../support/git.ts';

const run = promisify(execFile);

test('a directory is copied byte by byte, without .git, with the modes 0755 and 0644', async (t) => {
  const directory = await temporaryDirectory(t);
  const source = join(directory, 'source');
  const bytes = Buffer.from([0, 255, 13, 10]);
  await writeFiles(source, { 'pack.yaml': 'a', 'in/deep/b.bin': bytes, 'run.sh': { run: 'x' }, '.git/config': 'no' });
  const umask = process.umask(0o077);
  t.after(() => void process.umask(umask));
  const target = join(directory, 'target');
  await copyDirectory(source, target);
  assert.deepEqual((await readdir(target)).sort(), ['in', 'pack.yaml', 'run.sh']);
  assert.deepEqual(await readFile(join(target, 'in/deep/b.bin')), bytes);
  for (const [name, mode] of [['pack.yaml', 0o644] as const, ['run.sh', 0o755] as const, ['in/deep', 0o755] as const]) {
    assert.equal((await stat(join(target, name))).mode & 0o777, mode, name);
  }
});

test('links and fifos are refused, each by name, and nothing is copied', async (t) => {
  const directory = await temporaryDirectory(t);
  const source = join(directory, 'source');
  await writeFiles(source, { 'pack.yaml': 'a' });
  await symlink('/etc/passwd', join(source, 'out'));
  await run('mkfifo', [join(source, 'pipe')]);
  await assert.rejects(copyDirectory(source, join(directory, 'target')), (error) => {
    assert.ok(error instanceof SyncError);
    assert.equal(error.code, 'directory-refused');
    assert.deepEqual(error.problems.map(({ where }) => where?.file).sort(), ['out', 'pipe']);
    return true;
  });
  await assert.rejects(stat(join(directory, 'target')), { code: 'ENOENT' });
});

test('a missing directory is an error', async (t) => {
  const directory = await temporaryDirectory(t);
  await assert.rejects(copyDirectory(join(directory, 'none'), join(directory, 'target')), {
    code: 'directory-refused',
  });
});

test('what stands in the target already is never written over', async (t) => {
  const directory = await temporaryDirectory(t);
  await writeFiles(join(directory, 'source'), { 'pack.yaml': 'new' });
  await mkdir(join(directory, 'target'));
  await writeFile(join(directory, 'target/pack.yaml'), 'old');
  await assert.rejects(copyDirectory(join(directory, 'source'), join(directory, 'target')), { code: 'EEXIST' });
  assert.equal(await readFile(join(directory, 'target/pack.yaml'), 'utf8'), 'old');
});

test('the digest is that of the copy, and a reader gets the very bytes that were copied', async (t) => {
  const directory = await temporaryDirectory(t);
  const large = Buffer.alloc(3 * 1024 * 1024 + 1, 'large');
  const files = { 'a.yaml': 'a', 'empty.yaml': '', 'in/b.yaml': 'b', 'large.yaml': large, 'no.txt': 'n' };
  await writeFiles(join(directory, 'source'), files);
  const target = join(directory, 'target');
  const seen: [string, string][] = [];
  const reader = {
    wants: (path: string) => path.endsWith('.yaml'),
    read: (path: string, content: Buffer) => void seen.push([path, content.toString()]),
  };
  const { digest } = await copyDirectory(join(directory, 'source'), target, reader);
  assert.equal(digest, (await checksumDirectory(target)).digest);
  assert.deepEqual(await readFile(join(target, 'large.yaml')), large);
  assert.deepEqual(seen, [
    ['a.yaml', 'a'],
    ['empty.yaml', ''],
    ['in/b.yaml', 'b'],
  ]);
});
