import assert from 'node:assert/strict';
import { readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createKnownRefs } from '../../src/desired/known-refs.ts';
import { loadDesired } from '../../src/desired/load-desired.ts';
import { createTestContext, gitDocument, tinyPack } from '../support/desired.ts';
import { countingGit, createRemote, temporaryDirectory, writeFiles } from '../support/git.ts';

test('a pass that reuses refs asks no remote for what was followed before, and sees no push', async (t) => {
  const { one, commitOf, look } = await openScene(t);
  const before = await look(false);
  assert.deepEqual(before.asked.sort(), ['one', 'two']);
  await one.commit({ 'added.txt': 'new\n' });
  assert.deepEqual((await look(true)).asked, []);
  assert.equal(commitOf(await look(true), 'one'), commitOf(before, 'one'));

  const after = await look(false);
  assert.deepEqual(after.asked.sort(), ['one', 'two']);
  assert.equal(commitOf(after, 'one'), await one.git(['rev-parse', 'main']));
  assert.equal(commitOf(await look(true), 'one'), commitOf(after, 'one'), 'it never goes back behind what was seen');
});

test('a ref that was not followed before is asked for, and only its remote', async (t) => {
  const { one, directory, commitOf, look } = await openScene(t);
  await look(false);
  await one.branch('next');
  const commit = await one.commit({ 'added.txt': 'new\n' });
  await writeFile(join(directory, 'desired/one.yaml'), gitDocument('one', one.url, '    branch: next\n'));
  const found = await look(true);
  assert.deepEqual(found.asked, ['one']);
  assert.equal(commitOf(found, 'one'), commit);
  assert.deepEqual((await look(true)).asked, []);
});

test('a remote that gave no answer is asked again', async (t) => {
  const { one, look } = await openScene(t);
  await look(false);
  await rename(one.path, `${one.path}.away`);
  assert.equal((await look(false)).desired.unreadable.length, 1);
  await rename(`${one.path}.away`, one.path);
  const found = await look(true);
  assert.deepEqual(found.asked, ['one']);
  assert.deepEqual(found.desired.unreadable, []);
});

test('a ref that is gone stays gone, also without asking', async (t) => {
  const { one, look } = await openScene(t);
  await look(false);
  await one.git(['update-ref', '-d', 'refs/heads/main']);
  assert.equal((await look(false)).desired.unreadable.length, 1);
  assert.equal((await look(true)).desired.unreadable[0]?.problems[0]?.code, 'git-ref-missing');
});

test('a range follows the highest tag by the refs that are asked for anyway', async (t) => {
  const { one, directory, commitOf, look } = await openScene(t);
  const range = gitDocument('one', one.url, '    semver: ">=1.2, <2"\n    tagPrefix: pack-\n');
  await writeFile(join(directory, 'desired/one.yaml'), range);
  const [unreadable] = (await look(false)).desired.unreadable;
  assert.match(unreadable?.problems[0]?.hint ?? '', /^It has no tag at all\./);
  for (const tag of ['pack-v1.2.0', 'pack-v1.10.0', 'pack-v2.0.0', 'v1.11.0', 'pack-v1.11.0-rc.1']) {
    await one.commit({ 'added.txt': `${tag}\n` });
    await one.tag(tag);
  }
  const found = await look(false);
  assert.deepEqual(found.asked.sort(), ['one', 'two'], 'once each');
  assert.equal(commitOf(found, 'one'), await one.git(['rev-parse', 'pack-v1.10.0^{commit}']), 'the tag is annotated');
  const source = found.desired.packs.find(({ ref }) => ref === 'one')?.source;
  assert.equal(source?.type === 'git' ? source.ref : null, 'pack-v1.10.0');
  await one.commit({ 'added.txt': 'last\n' });
  await one.tag('pack-v1.11.0');
  const again = await look(true);
  assert.deepEqual([again.asked, commitOf(again, 'one')], [[], commitOf(found, 'one')]);
  assert.equal(commitOf(await look(false), 'one'), await one.git(['rev-parse', 'pack-v1.11.0^{commit}']));
});

/** Two packs in remotes of their own, and passes that keep what they know of them. */
async function openScene(t: TestContext) {
  const directory = await temporaryDirectory(t);
  const one = await createRemote(directory, tinyPack('one'), 'one');
  const two = await createRemote(directory, tinyPack('two'), 'two');
  await writeFiles(directory, {
    'desired/one.yaml': gitDocument('one', one.url, '    branch: main\n'),
    'desired/two.yaml': gitDocument('two', two.url),
  });
  const counting = await countingGit(directory);
  const context = createTestContext(directory, { path: counting.path });
  const known = createKnownRefs();
  const look = async (reuse: boolean) => {
    const before = (await counting.calls()).length;
    const staging = join(directory, `staging-${before}-${(await readdir(directory)).length}`);
    const desired = await loadDesired(context, { staging, remotes: { known, reuse } });
    const calls = (await counting.calls()).slice(before).filter((call) => call.startsWith('ls-remote'));
    return { desired, asked: calls.map((call) => /(\w+)\.git/.exec(call)?.[1]) };
  };
  const commitOf = ({ desired }: Awaited<ReturnType<typeof look>>, ref: string) => {
    const source = desired.packs.find((pack) => pack.ref === ref)?.source;
    return source?.type === 'git' ? source.commit : undefined;
  };
  return { directory, one, look, commitOf };
}
