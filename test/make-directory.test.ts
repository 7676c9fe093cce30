import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeDirectory } from '../src/make-directory.ts';

describe('making a directory', () => {
  let base = '';
  before(async () => {
    base = await mkdtemp(join(tmpdir(), 'attune-make-'));
    await writeFile(join(base, 'file'), '');
    await symlink('nowhere', join(base, 'dangling'));
    await symlink('.', join(base, 'link'));
  });
  after(() => rm(base, { recursive: true, force: true }));

  it('makes all above it, and says which was the first', async () => {
    assert.equal(await makeDirectory(join(base, 'a/b/c'), 0o700), join(base, 'a'));
    assert.equal((await stat(join(base, 'a/b/c'))).mode & 0o777, 0o700);
    assert.equal(await makeDirectory(join(base, 'a/b/c')), undefined);
    assert.equal(await makeDirectory(join(base, 'link')), undefined);
  });

  it('several times at once makes it once', async () => {
    const path = join(base, 'at/once/deep');
    await Promise.all(Array.from({ length: 8 }, () => makeDirectory(path)));
    assert.ok((await stat(path)).isDirectory());
  });

  for (const [name, path, found] of [
    ['a file', 'file', 'file'],
    ['a file above it', 'file/state/deep', 'file'],
    ['a link that leads nowhere', 'dangling', 'dangling'],
    ['such a link above it', 'dangling/state', 'dangling'],
  ] as const) {
    it(`in the place of ${name} is refused, and what stands there is named`, async () => {
      await assert.rejects(makeDirectory(join(base, path)), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'disk-not-a-directory');
        assert.ok(error.message.startsWith(`${join(base, found)} is `), error.message);
        return true;
      });
    });
  }

  it('in /proc ends with an error', { skip: process.platform !== 'linux' && 'only Linux has /proc' }, async () => {
    for (const path of ['/proc/attune', '/proc/attune/state']) {
      await assert.rejects(makeDirectory(path), { code: 'disk-no-directories', message: /^\/proc\/attune / });
    }
  });
});
