import assert from 'node:assert/strict';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { rollback } from '../../src/commands/rollback.ts';
import type { DatabaseContext } from '../../src/context.ts';
import { reconcile } from '../../src/reconcile.ts';
import { gitDocument, tinyPack } from '../support/desired.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { createRemote, gitEnvironment, type TestRemote, temporaryDirectory } from '../support/git.ts';

interface Scene extends AsyncDisposable {
  readonly fleet: Fleet;
  readonly remote: TestRemote;
  /** Of 1.0.0 and 2.0.0. */
  readonly commits: readonly [string, string];
}

/** A pack from git that was installed as 1.0.0 and then as 2.0.0. */
async function createScene(context: TestContext): Promise<Scene> {
  const fleet = await createFleet({ environment: { PATH: gitEnvironment.PATH } });
  const remote = await createRemote(await temporaryDirectory(context), tinyPack('one'));
  await fleet.write({ 'desired/one.yaml': gitDocument('one', remote.url, '    branch: main\n') });
  await fleet.apply();
  const [row] = await fleet.sql<{ commit: string }>(`SELECT source ->> 'commit' AS commit FROM attune_sync.pack`);
  const second = await remote.commit({ ...tinyPack('one', '2.0.0'), 'actions/hello.sh': 'echo two\n' });
  await fleet.apply();
  return {
    fleet,
    remote,
    commits: [row?.commit ?? '', second],
    [Symbol.asyncDispose]: () => fleet[Symbol.asyncDispose](),
  };
}

/** Another process: it remembers nothing, and finds no cache of contents. */
async function startAnew({ fleet }: Scene): Promise<DatabaseContext> {
  await rm(join(fleet.directory, 'state/contents'), { recursive: true, force: true });
  return { ...fleet.context, config: { ...fleet.context.config } };
}

async function dropStored({ fleet }: Scene, version: string): Promise<void> {
  const versions = join(fleet.directory, 'store/.versions/one');
  for (const name of await readdir(versions)) {
    if (name.startsWith(version)) await rm(join(versions, name), { recursive: true });
  }
}

const run = { who: 'ann@here', lockTimeoutMs: 20_000 } as const;
const version = async ({ fleet }: Scene) => (await fleet.sql(`SELECT version FROM pack`))[0]?.version;

test('a commit names the version to go back to; what the store lost is fetched at that commit', async (t) => {
  await using scene = await createScene(t);
  await dropStored(scene, '1.0.0');
  const context = await startAnew(scene);
  const { result } = await rollback(context, { ref: 'one', to: scene.commits[0].slice(0, 7), ...run });
  assert.equal(result?.outcome, 'applied', JSON.stringify(result?.packs));
  assert.equal(await version(scene), '1.0.0');
  assert.match(await readFile(join(scene.fleet.directory, 'store/one/actions/hello.sh'), 'utf8'), /echo hello/);
  const [hold] = await scene.fleet.sql(`SELECT commit, version FROM attune_sync.hold`);
  assert.deepEqual(hold, { commit: scene.commits[1], version: '2.0.0' });
});

test('a new process holds it as well, and commits that lead to the same content do not end that', async (t) => {
  await using scene = await createScene(t);
  await rollback(scene.fleet.context, { ref: 'one', ...run });
  await scene.remote.commit({ note: 'on second thoughts' });
  await scene.remote.commit({ note: null }, 'Take it back');
  const context = await startAnew(scene);
  const { plan, result } = await reconcile(context, { ...run, cause: 'apply' });
  assert.deepEqual([plan.changes, result?.run], [[], null]);
  assert.equal(plan.holds?.[0]?.at.commit, scene.commits[0]);
  assert.equal(plan.holds?.[0]?.heldBack.version, '2.0.0');
});

test('it works while the remote does not answer, and holds what was installed', async (t) => {
  await using scene = await createScene(t);
  await rm(scene.remote.path, { recursive: true });
  const { result } = await rollback(scene.fleet.context, { ref: 'one', ...run });
  assert.equal(result?.packs[0]?.outcome, 'applied', JSON.stringify(result?.packs));
  assert.equal(await version(scene), '1.0.0');
  assert.deepEqual(await scene.fleet.sql(`SELECT version FROM attune_sync.hold`), [{ version: '2.0.0' }]);
});

test('a held version that nobody has any more leaves the pack as installed, with a clear error', async (t) => {
  await using scene = await createScene(t);
  await rollback(scene.fleet.context, { ref: 'one', ...run });
  await dropStored(scene, '1.0.0');
  await scene.fleet.sql(`UPDATE attune_sync.version SET source = source || '{"commit": "${'0'.repeat(40)}"}'`);
  const context = await startAnew(scene);
  const { plan } = await reconcile(context, { ...run, cause: 'apply' });
  assert.deepEqual(
    plan.unreadable.map(({ ref, problems }) => [ref, problems.map(({ code }) => code)]),
    [['one', ['version-gone']]],
  );
  assert.deepEqual(plan.changes, []);
  assert.equal(await version(scene), '1.0.0');
});

test('a file of a held version that somebody edits is put back from its commit', async (t) => {
  await using scene = await createScene(t);
  await rollback(scene.fleet.context, { ref: 'one', ...run });
  await rm(join(scene.fleet.directory, 'store/one/actions/hello.sh'));
  const { plan, result } = await scene.fleet.apply();
  assert.deepEqual(
    plan.changes.map(({ action, reason }) => [action, reason.code]),
    [['repair', 'files-drifted']],
  );
  assert.equal(result.outcome, 'applied', JSON.stringify(result.packs));
  assert.match(await readFile(join(scene.fleet.directory, 'store/one/actions/hello.sh'), 'utf8'), /echo hello/);
});

test('a range over tags is followed from tag to tag, and the plan names both', async (context) => {
  await using scene = await createScene(context);
  const { fleet, remote } = scene;
  await remote.tag('v2.0.0');
  await fleet.write({ 'desired/one.yaml': gitDocument('one', remote.url, '    semver: ^2.0\n') });
  assert.deepEqual((await fleet.apply()).plan.changes, [], 'the content is the same');
  await remote.commit({ ...tinyPack('one', '2.1.0'), 'actions/hello.sh': 'echo three\n' });
  await remote.tag('v2.1.0');
  await remote.commit({ ...tinyPack('one', '3.0.0'), 'actions/hello.sh': 'echo four\n' });
  await remote.tag('v3.0.0');
  const { plan, result } = await fleet.apply();
  assert.equal(result.outcome, 'applied');
  assert.equal(plan.changes[0]?.reason.sentence, '2.0.0 → 2.1.0, tag v2.1.0');
  await remote.commit({ ...tinyPack('one', '2.1.0'), 'actions/hello.sh': 'echo five\n' });
  await remote.tag('v2.2.0');
  const later = await fleet.plan();
  assert.match(later.changes[0]?.reason.sentence ?? '', /^content changed in [0-9a-f]{7}.*, tag v2\.1\.0 → v2\.2\.0$/);
});
