import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { SyncError } from '../../src/errors.ts';
import { checksumDirectory, checksumFile, olderChecksum } from '../../src/packs/checksum.ts';
import { addFiles, writePack } from '../support/packs.ts';

const vectors = [
  {
    files: { 'nested/file.txt': 'fixture\n' },
    older: '48e2d91997622a90f3d1da9cda6861dcebbb596f307989f61efc4a5aaa55b7f1',
    framed: 'e9837162383488cb9b187ea585ce8963634d7d04f75abeb0c43d5456de0d6b13',
  },
  {
    files: { 'file1.txt': 'content1', 'subdir/file2.txt': 'content2' },
    older: '007da43bf01314763d0ae29e2304b788ca9e05496f739de06791652e10427519',
    framed: 'a8b5103d3134c1385f9d89ae5deb9bb73d7a6432b2ca7158a52e1373ef6e93df',
  },
  {
    files: { 'a/x': '1', 'a.txt': '2', b: '' },
    older: 'bd4ec2fe20c6d5b62ac7e3ce785f1eb106595cb553563324c2c06c202938defb',
    framed: '9c3c07aeb9a65b7fcbb54faae56a2085109f6807f9ac7ae409f207ab7366ac12',
  },
  {
    files: { a: 'bc', d: '' },
    older: '88d4266fd4e6338d13b845fcf289579d209c897823b9217da3e161936f031589',
    framed: '7f18d427094fca66a97cb1874d39f74b85f32950840a7cf613022e56b017f3f6',
  },
  {
    files: { a: 'b', cd: '' },
    older: '88d4266fd4e6338d13b845fcf289579d209c897823b9217da3e161936f031589',
    framed: '7c835229f87db5159ae767c7fe18ca95ca00910da5b5d8b2d2188346cff5cf13',
  },
];

for (const { files, older, framed } of vectors) {
  test(`the checksums of ${Object.keys(files).join(', ')} are the known ones`, async () => {
    const directory = await writePack(files);
    assert.equal((await checksumDirectory(directory)).digest, framed);
    assert.equal(await olderChecksum(directory), older);
  });
}

test('the framed checksum leaves out .git at every level, as file and as directory; the older one counts it', async () => {
  const plain = await writePack({ 'a/b': '1' });
  const git = await writePack({ 'a/b': '1', '.git/HEAD': 'x', 'a/.git': 'gitdir: elsewhere' });
  assert.deepEqual(await checksumDirectory(git), await checksumDirectory(plain));
  assert.notEqual(await olderChecksum(git), await olderChecksum(plain));
});

test('files over 1 MiB are hashed like small ones', async () => {
  const big = Buffer.alloc(3 * 1024 * 1024 + 7, 'abc');
  const directory = await writePack({ big });
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(big.length));
  const expected = createHash('sha256')
    .update('attune-pack-file-v1')
    .update(Buffer.from([0, 0, 0, 0, 0, 0, 0, 3]))
    .update('big')
    .update(size)
    .update(big)
    .digest('hex');
  assert.equal((await checksumDirectory(directory)).digest, expected);
  assert.equal(await checksumFile(join(directory, 'big')), createHash('sha256').update(big).digest('hex'));
});

test('names are ordered by their bytes, not by UTF-16 units', async () => {
  const { files } = await checksumDirectory(await writePack({ '\u{1F600}': '', '\uFF21': '', z: '' }));
  assert.deepEqual(
    files.map(({ path }) => path),
    ['z', '\uFF21', '\u{1F600}'],
  );
});

test('the order in which files were made does not matter', async () => {
  const name = fc.constantFrom('a', 'b', 'a.txt', 'a-b', 'ab', 'é', '0');
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => `${parts.join('.d/')}.f`);
  const entries = fc.uniqueArray(fc.tuple(path, fc.string()), { minLength: 1, maxLength: 6, selector: ([key]) => key });
  await fc.assert(
    fc.asyncProperty(entries, async (files) => {
      const one = await writePack(Object.fromEntries(files));
      const other = await writePack(Object.fromEntries(files.toReversed()));
      assert.deepEqual(await checksumDirectory(one), await checksumDirectory(other));
    }),
    { numRuns: 30 },
  );
});

const refusals: readonly { what: string; code: string; file: string; make: (directory: string) => Promise<unknown> }[] =
  [
    { what: 'a link', code: 'pack-link', file: 'x', make: (at) => symlink('a', join(at, 'x')) },
    {
      what: 'a link out of the pack',
      code: 'pack-link',
      file: 'x',
      make: (at) => symlink('/etc/passwd', join(at, 'x')),
    },
    { what: 'a linked directory', code: 'pack-link', file: 'x', make: (at) => symlink('/etc', join(at, 'x')) },
    {
      what: 'a fifo',
      code: 'pack-special-file',
      file: 'x',
      make: (at) => promisify(execFile)('mkfifo', [join(at, 'x')]),
    },
    { what: 'a socket', code: 'pack-special-file', file: 'x', make: (at) => leaveSocket(join(at, 'x')) },
    {
      what: 'a name that is not UTF-8',
      code: 'pack-name-not-utf8',
      file: '\uFFFDx',
      make: (at) => writeFile(Buffer.concat([Buffer.from(`${at}/`), Buffer.from([0xff]), Buffer.from('x')]), ''),
    },
    {
      what: 'two names that differ in case',
      code: 'pack-name-collision',
      file: 'a',
      make: (at) => addFiles(at, { A: '' }),
    },
    {
      what: 'two spellings of one accented name',
      code: 'pack-name-collision',
      file: '\u00e9',
      make: (at) => addFiles(at, { '\u00e9': '', 'e\u0301': '' }),
    },
  ];

for (const { what, code, file, make } of refusals) {
  test(`${what} in a pack is refused`, async () => {
    const directory = await writePack({ a: '1' });
    await make(directory);
    await assert.rejects(checksumDirectory(directory), (error: SyncError) => {
      assert.deepEqual(
        error.problems.map((problem) => [problem.code, problem.where?.file]),
        [[code, file]],
      );
      return true;
    });
  });
}

test('everything that is refused is named at once', async () => {
  const directory = await writePack({ a: '1', 'sub/b': '' });
  await symlink('a', join(directory, 'one'));
  await symlink('b', join(directory, 'sub/two'));
  await assert.rejects(checksumDirectory(directory), (error: SyncError) => {
    assert.deepEqual(error.problems.map(({ where }) => where?.file).toSorted(), ['one', 'sub/two']);
    return true;
  });
});

test('a directory that is not there is said to be missing', async () => {
  const directory = await writePack({});
  await mkdir(join(directory, 'pack'));
  await assert.rejects(checksumDirectory(join(directory, 'none')), (error: SyncError) => {
    assert.ok(error instanceof SyncError);
    assert.equal(error.problems[0]?.code, 'pack-directory-missing');
    return true;
  });
});

test('a file that is not there has no checksum', async () => {
  const directory = await writePack({});
  await assert.rejects(checksumFile(join(directory, 'none')), { code: 'file-unreadable' });
});

/** A server that ends in order removes its socket; one that is killed leaves it. */
async function leaveSocket(path: string): Promise<void> {
  await promisify(execFile)(process.execPath, [
    '-e',
    `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`,
  ]).catch(() => undefined);
}
