import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { approve } from '../../src/commands/approve.ts';
import { runCli, startCli, urlOf, writeConfig } from '../support/cli-child.ts';
import { runInside } from '../support/cli-inside.ts';
import { createReader } from '../support/create-reader.ts';
import { gitDocument, tinyPack } from '../support/desired.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { createRemote } from '../support/git.ts';
import { setLatch } from '../support/latch.ts';
import { applySaved, outcomes, save } from './saved-scene.ts';

async function writeFleet(fleet: Fleet): Promise<void> {
  await writeConfig(fleet);
  await fleet.writePack('core', coreFiles);
  await fleet.writePack('shop', shopFiles);
}

describe('a saved plan and other writers', () => {
  it('is compared under the lock: what another applies while it waits is seen', async () => {
    await using fleet = await createFleet();
    await writeFleet(fleet);
    await fleet.apply();
    await fleet.writePack('shop', { 'actions/ship.py': 'print("new")\n' }, { version: '1.1.0' });
    assert.equal((await runInside(fleet, ['plan', '--out', 'saved.json'])).code, 0);
    await fleet.writePack('shop', { 'actions/ship.py': 'print("newer")\n' }, { version: '1.2.0' });
    const latch = await setLatch(fleet, { table: 'attune.pack', on: 'UPDATE', when: `NEW.ref = 'shop'` });
    const first = startCli(fleet, ['apply', '--yes', '--target', 'shop']);
    await latch.reached();
    await fleet.writePack('shop', { 'actions/ship.py': 'print("new")\n' }, { version: '1.1.0' });
    const second = startCli(fleet, ['apply', 'saved.json', '--lock-timeout', '1m']);
    await second.says(/Waiting for the writer lock, held by apply by/);
    await latch.open();
    assert.equal((await first.ended).code, 0);
    const { code, out } = await second.ended;
    assert.equal(code, 3, out);
    assert.match(out, /since the plan was saved, rows in Postgres changed/);
    assert.deepEqual(await fleet.sql(`SELECT version FROM pack WHERE ref = 'shop'`), [{ version: '1.2.0' }]);
  });

  it('applied by two processes at once: one applies it, the other finds it done', async () => {
    await using fleet = await createFleet();
    await writeFleet(fleet);
    assert.equal((await runInside(fleet, ['plan', '--out', 'saved.json'])).code, 0);
    const latch = await setLatch(fleet, { table: 'attune.pack', on: 'INSERT', when: `NEW.ref = 'core'` });
    const both = [1, 2].map(() => startCli(fleet, ['apply', 'saved.json', '--lock-timeout', '1m']));
    await latch.reached();
    await latch.open();
    const ended = await Promise.all(both.map((child) => child.ended));
    assert.deepEqual(
      ended.map(({ code, err }) => (code === 0 ? 0 : err)),
      [0, 0],
    );
    assert.equal(ended.filter(({ out }) => /Applied 2 packs/.test(out)).length, 1);
    const [history] = await fleet.sql('SELECT count(*)::int AS changes FROM attune_sync.run_change');
    assert.deepEqual(history, { changes: 2 });
  });

  it('applied by a daemon meanwhile: nothing is left to do', async () => {
    await using fleet = await createFleet();
    await writeFleet(fleet);
    assert.equal((await runInside(fleet, ['plan', '--out', 'saved.json'])).code, 0);
    const daemon = startCli(fleet, ['daemon']);
    await daemon.says(/2 installed/);
    const { code, out } = await runCli(fleet, ['apply', 'saved.json']);
    assert.equal(code, 0, out);
    assert.match(out, /No changes\. 2 packs match/);
    daemon.process.kill('SIGTERM');
    assert.equal((await daemon.ended).code, 0);
  });

  it('is made by a role that may only SELECT, with the same digests as by the owner', async () => {
    for (const like of ['ours', 'attune'] as const) {
      await using fleet = await createFleet({ like });
      await writeFleet(fleet);
      await fleet.apply();
      await fleet.writePack('shop', { 'triggers/ordered.yaml': null, 'sensors/orders.yaml': null });
      await using reader = await createReader(fleet);
      const planned = await runInside(fleet, ['plan', '--out', 'plan.json'], reader);
      assert.equal(planned.code, 0, planned.err);
      const { saved } = await save(fleet, {}, 'owner.json');
      const byReader = await runInside(fleet, ['apply', 'plan.json'], reader);
      assert.equal(byReader.code, 1);
      assert.match(byReader.out + byReader.err, /permission denied/);
      assert.deepEqual(outcomes(await applySaved(fleet)), ['shop | applied'], `${like} ${saved.packs.length}`);
    }
  });

  it('reads its fingerprints with one statement, however many packs change', async () => {
    for (const like of ['ours', 'attune'] as const) {
      await using fleet = await createFleet({ like });
      for (const index of [1, 2, 3, 4, 5]) await fleet.writePack(`pack_${index}`, {});
      await fleet.apply();
      for (const index of [1, 2, 3, 4, 5]) await fleet.writePack(`pack_${index}`, {}, { version: '1.1.0' });
      const statements: string[] = [];
      fleet.context.database.knex.on('query', ({ sql }: { sql: string }) => statements.push(sql));
      const { saved } = await save(fleet);
      assert.equal(saved.packs.length, 5);
      assert.equal(statements.filter((sql) => sql.includes('sha256(')).length, 1);
      assert.equal(new Set(saved.packs.map(({ fingerprint }) => fingerprint.digest)).size, 5);
      const again = await save(fleet, {}, 'again.json');
      assert.deepEqual(again.saved.packs, saved.packs, 'the same rows give the same digests');
    }
  });
});

describe('a saved plan of packs from git', () => {
  async function openRemote(fleet: Fleet) {
    const files = Object.entries(tinyPack('demo')).map(([path, text]) => [`packs/demo/${path}`, text]);
    const remote = await createRemote(fleet.directory, Object.fromEntries(files));
    await fleet.write({
      'desired/demo.yaml': gitDocument('demo', remote.url, '    branch: main\n    path: packs/demo\n'),
    });
    await fleet.writePack('local', {});
    return remote;
  }

  it('is refused where its branch moved on with other content, and names both commits; the others go on', async () => {
    await using fleet = await createFleet();
    const remote = await openRemote(fleet);
    const { saved } = await save(fleet);
    const commit = await remote.commit({ 'packs/demo/actions/hello.sh': 'echo moved\n' });
    const [before] = saved.packs.map(({ to }) => to?.commit);
    const applied = await applySaved(fleet);
    assert.deepEqual(outcomes(applied), [
      `demo | blocked | plan-stale: since the plan was saved, its content moved on from ${before?.slice(0, 7)} to ${commit.slice(0, 7)}`,
      'local | applied',
    ]);
  });

  it('is applied where its branch moved on elsewhere, and history names the commit that was saved', async () => {
    await using fleet = await createFleet();
    const remote = await openRemote(fleet);
    const { saved } = await save(fleet);
    await remote.commit({ 'README.md': 'Nothing of the pack.\n' });
    assert.deepEqual(outcomes(await applySaved(fleet)), ['demo | applied', 'local | applied']);
    const [installed] = await fleet.sql(`SELECT source->>'commit' AS commit FROM attune_sync.pack WHERE ref = 'demo'`);
    assert.deepEqual(installed, { commit: saved.packs[0]?.to?.commit });
    assert.deepEqual((await fleet.plan()).changes, []);
  });

  it('is applied from another checkout of the same documents, made by a machine without the pack store', async () => {
    await using fleet = await createFleet();
    await writeConfig(fleet);
    await openRemote(fleet);
    await fleet.apply();
    await fleet.writePack('local', {}, { version: '1.1.0' });
    await using runner = await createFleet();
    await writeConfig(runner);
    await runner.write({
      'desired/demo.yaml': gitDocument(
        'demo',
        `file://${fleet.directory}/remote.git`,
        '    branch: main\n    path: packs/demo\n',
      ),
    });
    await runner.writePack('local', {}, { version: '1.1.0' });
    const options = { url: urlOf(fleet) };
    const blind = await runInside(runner, ['plan'], options);
    assert.equal(blind.code, 1, 'without the store it cannot tell what is there');
    const planned = await runInside(runner, ['plan', '--without-store', '--out', 'saved.json'], options);
    assert.equal(planned.code, 0, planned.err);
    assert.match(planned.out, /Plan: 1 to reinstall, 1 unchanged\./);
    const text = (await runInside(runner, ['plan', '--without-store', '--output', 'markdown'], options)).out;
    assert.match(text, /^<!-- attune-sync plan of test -->\n### Plan: 1 to reinstall, 1 unchanged\.\n/);
    const { readFile } = await import('node:fs/promises');
    await fleet.write({ 'plan.json': await readFile(`${runner.directory}/saved.json`, 'utf8') });
    assert.deepEqual(outcomes(await applySaved(fleet)), ['local | applied']);
  });

  it('is unreadable, and no other pack with it, where its remote is gone', async () => {
    await using fleet = await createFleet();
    const remote = await openRemote(fleet);
    await save(fleet);
    await fleet.write({ 'remote.git': null });
    const { result } = await applySaved(fleet);
    assert.ok(remote.url.endsWith('remote.git'));
    assert.deepEqual(
      result.packs.map(({ ref, outcome }) => `${ref} ${outcome}`),
      ['local applied', 'demo unreadable'],
    );
  });
});

describe('a saved removal', () => {
  async function saveRemoval(fleet: Fleet): Promise<void> {
    for (const ref of ['one', 'two', 'three', 'four']) await fleet.writePack(ref, {});
    await fleet.apply();
    await fleet.write({ 'desired/two.yaml': null });
    const { saved } = await save(fleet);
    assert.deepEqual(
      saved.packs.map(({ ref, action, document }) => [ref, action, document]),
      [['two', 'remove', null]],
    );
  }

  it('is applied, as a yes of a person would be; the second time nothing is left to do', async () => {
    await using fleet = await createFleet();
    await saveRemoval(fleet);
    assert.deepEqual(outcomes(await applySaved(fleet)), ['two | applied']);
    assert.deepEqual(await fleet.sql(`SELECT ref FROM pack ORDER BY ref`), [
      { ref: 'four' },
      { ref: 'one' },
      { ref: 'three' },
    ]);
    assert.deepEqual(outcomes(await applySaved(fleet)), []);
  });

  it('is refused where a document names the pack again', async () => {
    await using fleet = await createFleet();
    await saveRemoval(fleet);
    await fleet.writePack('two', {});
    const [two] = outcomes(await applySaved(fleet));
    assert.match(two ?? '', /^two \| blocked \| plan-stale: since the plan was saved, a document names it now/);
  });

  it('waits for an approval where it is one too many, and is applied once it has it', async () => {
    await using fleet = await createFleet({ sync: { removalLimit: { count: 0, percent: 100 } } });
    for (const ref of ['one', 'two', 'three', 'four']) await fleet.writePack(ref, {});
    await fleet.apply();
    await fleet.write({ 'desired/two.yaml': null });
    await save(fleet);
    const held = await applySaved(fleet);
    assert.match(outcomes(held).join(), /^two \| blocked \| removal-limit: /);
    const id = held.plan.guarded?.id ?? '';
    await approve(fleet.context, { id, who: 'ada@host', lockTimeoutMs: 20_000 });
    assert.deepEqual(outcomes(await applySaved(fleet)), ['two | applied']);
  });

  it('is refused where the documents cannot all be read', async () => {
    await using fleet = await createFleet();
    await saveRemoval(fleet);
    await fleet.write({ 'desired/broken.yaml': 'kind: [' });
    const { result } = await applySaved(fleet);
    assert.deepEqual(
      result.packs.map(({ ref, outcome }) => `${ref} ${outcome}`),
      ['two blocked'],
    );
    assert.equal((await fleet.sql(`SELECT FROM pack WHERE ref = 'two'`)).length, 1);
  });
});

describe('dependencies', () => {
  it('hold a pack back in a saved plan as in any other, and not in one that skips them; history says so', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('core', coreFiles, { version: '1.2.0' });
    await fleet.writePack('jira', {}, { pack: 'dependencies:\n  - core@>=2.0\n' });
    await fleet.writePack('behind', {}, { pack: 'dependencies: {jira: ^1.0}\n' });
    const needed = 'core >=2.0 is needed (pack.yaml:5:5), and core 1.2.0 is what its document (core.yaml:2:6) gives';
    await save(fleet);
    const held = await applySaved(fleet);
    assert.deepEqual(
      outcomes(held).map((line) => line.split(':')[0]),
      ['core | applied', 'jira | blocked | unsatisfied-dependency', 'behind | blocked | missing-dependency'],
    );
    const { saved } = await save(fleet, { skipDependencies: true });
    assert.equal(saved.skipsDependencies, true);
    const skipped = await applySaved(fleet);
    assert.deepEqual(outcomes(skipped), ['jira | applied', 'behind | applied']);
    assert.ok(skipped.plan.changes[0]?.skipped?.[0]?.sentence.startsWith(needed));
    const reasons = await fleet.sql(
      `SELECT pack, reason FROM attune_sync.run_change WHERE outcome = 'applied' ORDER BY 1`,
    );
    assert.deepEqual(reasons, [
      { pack: 'behind', reason: 'not installed' },
      { pack: 'core', reason: 'not installed' },
      { pack: 'jira', reason: 'not installed, dependencies skipped (core)' },
    ]);
    const still = await fleet.apply();
    assert.equal(still.result.outcome, 'unchanged');
    assert.ok(still.plan.notes.some(({ sentence }) => sentence.startsWith(`jira: ${needed}`)));
    await fleet.writePack('core', coreFiles, { version: '2.0.0' });
    await fleet.writePack('jira', {}, { version: '2.0.0', pack: 'dependencies: [core@~2.0]\n' });
    await fleet.writePack('behind', {}, { pack: 'dependencies: {jira: ^1.0}\n' });
    const { plan, result } = await fleet.apply();
    assert.deepEqual(
      outcomes({ result }).map((line) => line.split(' | ').slice(0, 2).join(' ')),
      ['core applied', 'jira blocked'],
    );
    const blocks = plan.changes.flatMap((change) => change.blocks.map(({ sentence }) => sentence));
    assert.deepEqual(blocks, ['it would break other packs: behind 1.0.0 needs jira ^1.0']);
  });
});
