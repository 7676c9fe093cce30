import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { exportFiles, exportPack } from '../../../src/sources/git/export-commit.ts';
import { withMirror } from '../../../src/sources/git/with-mirror.ts';
import { countingGit, createRemote, type Files, gitEnvironment, temporaryDirectory } from '../../support/git.ts';
import { createTestGit } from '../../support/git-handle.ts';

test('files arrive byte by byte, whatever .gitattributes says, with the modes 0755 and 0644', async (t) => {
  const directory = await temporaryDirectory(t);
  const files: Files = {
    'pack.yaml': 'ref: x\r\n$Id$\n',
    '.gitattributes': [
      '* text=auto eol=crlf ident',
      '*.bin filter=evil',
      'kept.txt export-ignore',
      'subst.txt export-subst',
      'wide.txt working-tree-encoding=UTF-16',
      '',
    ].join('\n'),
    'a.bin': Buffer.from([0, 255, 13, 10, 10, 254]),
    'kept.txt': 'one\ntwo\r\n',
    'subst.txt': '$Format:%H$\n',
    'run.sh': { run: '#!/bin/sh\n' },
  };
  const remote = await createRemote(directory, { 'pack.yaml': 'x' });
  // Written as objects, because `git add` would already convert them.
  const lines: string[] = [];
  for (const [name, content] of Object.entries(files)) {
    const isRun = typeof content === 'object' && content !== null && 'run' in content;
    const file = join(directory, 'blob');
    await writeFile(file, isRun ? content.run : (content as string | Buffer));
    const blob = await remote.git(['hash-object', '-w', '--no-filters', file]);
    lines.push(`${isRun ? '100755' : '100644'} blob ${blob}\t${name}`);
  }
  const tree = await remote.git(['mktree'], `${lines.join('\n')}\n`);
  const commit = await remote.git(['commit-tree', '-m', 'x', tree]);
  await remote.git(['update-ref', 'refs/heads/main', commit]);
  const target = join(directory, 'out');
  const umask = process.umask(0o077);
  t.after(() => void process.umask(umask));
  await exportPack(createTestGit(directory), { url: remote.url, commit, path: '' }, target);
  for (const [name, content] of Object.entries(files)) {
    const isRun = typeof content === 'object' && content !== null && 'run' in content;
    const expected = Buffer.from(isRun ? content.run : (content as string | Buffer));
    assert.deepEqual(await readFile(join(target, name)), expected, name);
    assert.equal((await stat(join(target, name))).mode & 0o777, isRun ? 0o755 : 0o644, name);
  }
  assert.equal((await stat(target)).mode & 0o777, 0o755);
});

test('a git LFS pointer is an error that names the file, and nothing is left behind', async (t) => {
  const directory = await temporaryDirectory(t);
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`;
  const remote = await createRemote(directory, { 'pack.yaml': 'x', 'actions/tool': pointer });
  const commit = await remote.git(['rev-parse', 'main']);
  const target = join(directory, 'out');
  await assert.rejects(exportPack(createTestGit(directory), { url: remote.url, commit, path: '' }, target), {
    code: 'git-lfs-pointer',
  });
  await assert.rejects(stat(target), { code: 'ENOENT' });
});

test('many packs of one repository and commit fetch it once', async (t) => {
  const directory = await temporaryDirectory(t);
  const names = Array.from({ length: 6 }, (_, index) => `p${index}`);
  const remote = await createRemote(directory, Object.fromEntries(names.map((name) => [`${name}/pack.yaml`, name])));
  const commit = await remote.git(['rev-parse', 'main']);
  const counting = await countingGit(directory);
  const git = createTestGit(directory, { path: counting.path });
  const source = { url: remote.url, commit };
  const infos = await Promise.all(
    names.map((name) => exportPack(git, { ...source, path: name }, join(directory, name))),
  );
  assert.deepEqual(infos[0], { author: 'Ada Author', subject: 'Begin' });
  for (const name of names) assert.equal(await readFile(join(directory, name, 'pack.yaml'), 'utf8'), name);
  assert.equal((await counting.calls()).filter((call) => call.includes(' fetch ')).length, 1);
  assert.deepEqual(
    (await readdir(git.home)).filter((name) => name.endsWith('.lock')),
    [],
  );
});

test('only the files that are wanted are written, and only they are checked', async (t) => {
  const directory = await temporaryDirectory(t);
  const files = { 'desired/a.yaml': 'a', 'desired/in/b.yml': 'b', 'desired/c.txt': 'c', 'desired/link': { link: '/' } };
  const remote = await createRemote(directory, { ...files, ':(top)x.yaml': 'outside' });
  const commit = await remote.git(['rev-parse', 'main']);
  const target = join(directory, 'out');
  const source = { url: remote.url, commit, path: 'desired' };
  const paths = await exportFiles(createTestGit(directory), source, target, (path) => /\.ya?ml$/.test(path));
  assert.deepEqual(paths, ['a.yaml', 'in/b.yml']);
  assert.deepEqual((await readdir(target)).sort(), ['a.yaml', 'in']);
});

test('what a killed fetch leaves in a mirror does not stop the next one', async (t) => {
  const directory = await temporaryDirectory(t);
  const remote = await createRemote(directory, { 'pack.yaml': 'one' });
  const git = createTestGit(directory);
  const first = await remote.git(['rev-parse', 'main']);
  await exportPack(git, { url: remote.url, commit: first, path: '' }, join(directory, 'a'));
  const mirror = await withMirror(git, { url: remote.url, commit: first }, async (held) => held.directory);
  for (const name of [
    'shallow.lock',
    'packed-refs.lock',
    'HEAD.lock',
    'objects/pack/tmp_pack_x',
    'refs/attune/x.lock',
  ]) {
    await writeFile(join(mirror, name), '');
  }
  const second = await remote.commit({ 'pack.yaml': 'two' });
  await exportPack(git, { url: remote.url, commit: second, path: '' }, join(directory, 'b'));
  assert.equal(await readFile(join(directory, 'b/pack.yaml'), 'utf8'), 'two');
});

test('a process killed in the middle of a fetch leaves a mirror that the next one uses at once', async (t) => {
  const directory = await temporaryDirectory(t);
  const big = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`f${index}`, Buffer.alloc(20_000, index)]));
  const remote = await createRemote(directory, { 'pack.yaml': 'one', ...big });
  const commit = await remote.git(['rev-parse', 'main']);
  // A git that stops for good while it fetches, after it took the lock a shallow fetch takes.
  const bin = join(directory, 'stuck');
  await mkdir(bin);
  const stuck = `#!/bin/sh\nfor a; do case "$a" in --git-dir=*) : > "\${a#--git-dir=}/shallow.lock"; echo stuck >&2; esac; done\nexec sleep 600\n`;
  await writeFile(join(bin, 'git'), stuck, { mode: 0o755 });
  const program = `
    import { createTestGit } from '${join(import.meta.dirname, '../../support/git-handle.ts')}';
    import { exportPack } from '${join(import.meta.dirname, '../../../src/sources/git/export-commit.ts')}';
    const git = createTestGit(${JSON.stringify(directory)}, { path: ${JSON.stringify(`${bin}:${gitEnvironment.PATH}`)} });
    const source = { url: ${JSON.stringify(remote.url)}, commit: ${JSON.stringify(commit)}, path: '' };
    await exportPack(git, source, ${JSON.stringify(join(directory, 'a'))});`;
  await writeFile(join(directory, 'child.mts'), program);
  const child = spawn(process.execPath, ['--import', 'tsx', join(directory, 'child.mts')], { stdio: 'inherit' });
  const git = createTestGit(directory);
  await until(async () => (await namesBelow(git.home)).some((name) => name.endsWith('shallow.lock')));
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.ok((await readdir(git.home)).some((name) => name.endsWith('.lock')));
  await exportPack(git, { url: remote.url, commit, path: '' }, join(directory, 'b'));
  assert.equal(await readFile(join(directory, 'b/pack.yaml'), 'utf8'), 'one');
  for (const id of await processesWith(directory)) process.kill(id, 'SIGKILL');
});

test('a damaged mirror is made anew, once, for all who find it so', async (t) => {
  const directory = await temporaryDirectory(t);
  const remote = await createRemote(directory, { 'pack.yaml': 'one' });
  const commit = await remote.git(['rev-parse', 'main']);
  const git = createTestGit(directory);
  const source = { url: remote.url, commit, path: '' };
  await exportPack(git, source, join(directory, 'a'));
  const mirror = await withMirror(git, { url: remote.url, commit }, async (held) => held.directory);
  await rename(join(mirror, 'objects/pack'), join(mirror, 'objects/pack-gone'));
  await mkdir(join(mirror, 'objects/pack'));
  const names = ['b', 'c', 'd'];
  await Promise.all(names.map((name) => exportPack(git, source, join(directory, name))));
  for (const name of names) assert.equal(await readFile(join(directory, name, 'pack.yaml'), 'utf8'), 'one');
  assert.equal(git.lines.filter((line) => line.includes(' fetch ')).length, 2);
});

test('two handles on one mirror, as of a daemon and a command, wait for each other', async (t) => {
  const directory = await temporaryDirectory(t);
  const remote = await createRemote(directory, { 'pack.yaml': 'one' });
  const source = { url: remote.url, commit: await remote.git(['rev-parse', 'main']) };
  const daemon = createTestGit(directory);
  const command = createTestGit(directory);
  const impatient = createTestGit(directory, { timeoutMs: 100 });
  let isDone = false;
  await withMirror(daemon, source, async () => {
    await assert.rejects(
      withMirror(impatient, source, async () => {}),
      { code: 'git-mirror-locked' },
    );
    const waiting = withMirror(command, source, async () => assert.ok(isDone));
    isDone = true;
    t.after(() => waiting);
  });
  await withMirror(command, source, async () => {});
});

async function namesBelow(directory: string): Promise<string[]> {
  return readdir(directory, { recursive: true }).catch(() => []);
}

async function processesWith(text: string): Promise<number[]> {
  const ids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    ids.map(async (id) => ({
      id,
      text: await readFile(`/proc/${id}/environ`, 'utf8').catch(() => ''),
    })),
  );
  return found.filter((process) => process.text.includes(text)).map(({ id }) => id);
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await isTrue())) {
    assert.ok(performance.now() < deadline, 'it did not come to be');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
