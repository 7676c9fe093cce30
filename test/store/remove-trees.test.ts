import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { sweepAbandoned } from '../../src/store/make-staging.ts';
import { removeTrees } from '../../src/store/remove-trees.ts';
import { withStaging } from '../../src/store/with-staging.ts';
import { digDeep } from '../support/dig-deep.ts';
import { writePack } from '../support/packs.ts';

test('what a run staged goes with it, however deep it is', async () => {
  const parent = await writePack({ x: '' });
  const staging = await withStaging(parent, async (path) => {
    await digDeep(path);
    return path;
  });
  assert.equal(existsSync(staging), false);
});

test('what a killed run left is swept, however deep it is', async () => {
  const parent = await writePack({ 'left/x': '', 'fresh/x': '' });
  await digDeep(join(parent, 'left'));
  await utimes(join(parent, 'left'), 0, 0);
  assert.deepEqual(await sweepAbandoned(parent), []);
  assert.deepEqual([existsSync(join(parent, 'left')), existsSync(join(parent, 'fresh'))], [false, true]);
});

test('one that cannot be removed keeps no other, and is named without what lies in it', {
  skip: process.getuid?.() !== 0,
}, async (t) => {
  const parent = await writePack({ 'kept/deep/in/it': '', 'other/x': '' });
  t.after(() => rm(parent, { recursive: true, force: true }));
  await chmod(parent, 0o777);
  await chmod(join(parent, 'other'), 0o777);
  process.seteuid?.(65_534);
  try {
    const stuck = await removeTrees(['kept', 'other'].map((name) => join(parent, name)));
    assert.deepEqual(stuck, [{ name: 'kept', code: 'EPERM' }]);
  } finally {
    process.seteuid?.(0);
  }
  assert.deepEqual([existsSync(join(parent, 'kept')), existsSync(join(parent, 'other'))], [true, false]);
});
