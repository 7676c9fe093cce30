import assert from 'node:assert/strict';
import { access, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { SyncError } from '../src/errors.ts';
import { acquireLock, isLocked } from '../src/lock-file.ts';
import { temporaryDirectory } from './support/git.ts';

const options = {
  timeoutMs: 10_000,
  signal: new AbortController().signal,
  explain: (holder: string) => new SyncError('in-use', `in use by ${holder}`, { retry: 'soon' }),
};

test('one holds the lock at a time, however many want it', async (t) => {
  const file = join(await temporaryDirectory(t), 'lock');
  let holders = 0;
  const hold = async () => {
    const release = await acquireLock(file, options);
    assert.equal(++holders, 1);
    await access(file);
    assert.equal(await isLocked(file), true);
    holders--;
    await release();
  };
  await Promise.all(Array.from({ length: 12 }, hold));
  await assert.rejects(access(file), { code: 'ENOENT' });
  assert.equal(await isLocked(file), false);
});

test('the lock of a dead process, also one whose id another has now, is taken over at once', async (t) => {
  const file = join(await temporaryDirectory(t), 'lock');
  const release = await acquireLock(file, options);
  const ours = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  await release();
  for (const stale of [
    { ...ours, pid: 2 ** 22 + 1 },
    { ...ours, started: '1' },
  ]) {
    await writeFile(file, JSON.stringify({ ...stale, id: 'stale' }));
    assert.equal(await isLocked(file), false);
    const again = await acquireLock(file, { ...options, timeoutMs: 1_000 });
    await again();
  }
});

test('a lock that cannot be judged counts as held until its holder is silent for long', async (t) => {
  const file = join(await temporaryDirectory(t), 'lock');
  await writeFile(file, JSON.stringify({ id: 'x', pid: 1, started: '1', space: 'another machine' }));
  await assert.rejects(acquireLock(file, { ...options, timeoutMs: 100 }), {
    code: 'in-use',
    message: 'in use by process 1',
    retry: 'soon',
  });
  const longAgo = new Date(Date.now() - 3_600_000);
  await utimes(file, longAgo, longAgo);
  await (await acquireLock(file, { ...options, timeoutMs: 1_000 }))();
});

test('what processes left that were killed while they took the lock goes with the next one, once it is old', async (t) => {
  const directory = await temporaryDirectory(t);
  const file = join(directory, 'lock');
  for (const name of ['lock.old', 'lock.new', 'lock2.old']) await writeFile(join(directory, name), '');
  const longAgo = new Date(Date.now() - 120_000);
  for (const name of ['lock.old', 'lock2.old']) await utimes(join(directory, name), longAgo, longAgo);
  const release = await acquireLock(file, options);
  await release();
  assert.deepEqual((await readdir(directory)).sort(), ['lock.new', 'lock2.old']);
});

test('who waits is ended by an abort', async (t) => {
  const file = join(await temporaryDirectory(t), 'lock');
  const release = await acquireLock(file, options);
  await assert.rejects(acquireLock(file, { ...options, signal: AbortSignal.abort() }), { code: 'aborted' });
  await release();
});
