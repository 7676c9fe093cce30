import assert from 'node:assert/strict';
import { readFile, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { history } from '../../src/commands/history.ts';
import { readLocalDocuments } from '../../src/commands/read-local-documents.ts';
import { type RollbackOptions, rollback } from '../../src/commands/rollback.ts';
import { status } from '../../src/commands/status.ts';
import { type Problem, SyncError } from '../../src/errors.ts';
import { look } from '../../src/look.ts';
import type { Reconciled } from '../../src/reconcile.ts';
import { allIds } from '../support/end-state.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';

const action = (text: string) => ({
  'actions/say.yaml': 'ref: one.say\nlabel: Say\nrunner_type: shell\nentry_point: say.sh\n',
  'actions/say.sh': `echo ${text}\n`,
});

/** Installs 1.0.0, 2.0.0 and 3.0.0 of a pack, one after the other. */
async function installThree(fleet: Fleet): Promise<void> {
  for (const version of ['1.0.0', '2.0.0', '3.0.0']) {
    await fleet.writePack('one', action(version), { version });
    assert.equal((await fleet.apply()).result.outcome, 'applied');
  }
}

function back(fleet: Fleet, more: Partial<RollbackOptions> = {}): Promise<Reconciled> {
  return rollback(fleet.context, { ref: 'one', who: 'ann@here', lockTimeoutMs: 20_000, ...more });
}

async function installed(fleet: Fleet): Promise<string> {
  const [row] = await fleet.sql<{ version: string }>(`SELECT version FROM pack WHERE ref = 'one'`);
  const text = await readFile(join(fleet.directory, 'store/one/actions/say.sh'), 'utf8');
  assert.equal(text, `echo ${row?.version}\n`);
  assert.match(await readlink(join(fleet.directory, 'store/one')), new RegExp(`^\\.versions/one/${row?.version}-`));
  return row?.version ?? '';
}

async function holds(fleet: Fleet): Promise<unknown[]> {
  return fleet.sql(`SELECT h.version, v.version AS at, who, why FROM attune_sync.hold h
    JOIN attune_sync.version v ON v.pack = h.pack AND v.digest = h.to_digest`);
}

/** A refusal that names what there is. */
function refusal(code: string, hint: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof SyncError && error.code === code && hint.test(error.problems[0]?.hint ?? '');
}

describe('a rollback', () => {
  for (const like of ['ours', 'attune'] as const) {
    it(`goes to the version before, keeps ids, and holds the other until the source moves on (${like})`, async () => {
      await using fleet = await createFleet({ like });
      await installThree(fleet);
      const ids = await allIds(fleet);
      const { plan, result } = await back(fleet, { why: 'it is loud' });
      assert.deepEqual(
        plan.changes.map(({ action: what, reason }) => [what, reason.code, reason.sentence]),
        [['reinstall', 'rolled-back', 'rolled back from 3.0.0 to 2.0.0: it is loud']],
      );
      assert.equal(result?.outcome, 'applied');
      assert.equal(await installed(fleet), '2.0.0');
      assert.deepEqual(await allIds(fleet), ids);
      assert.deepEqual(await holds(fleet), [{ version: '3.0.0', at: '2.0.0', who: 'ann@here', why: 'it is loud' }]);

      const idle = await fleet.apply();
      assert.deepEqual([idle.plan.changes, idle.result.run], [[], null]);
      assert.match(
        idle.plan.notes.map(({ sentence }) => sentence).join(),
        /held at 2\.0\.0 .* by ann@here \(it is loud\); 3\.0\.0/,
      );

      await fleet.writePack('one', action('4.0.0'), { version: '4.0.0' });
      assert.equal((await fleet.apply()).result.outcome, 'applied');
      assert.equal(await installed(fleet), '4.0.0');
      assert.deepEqual(await holds(fleet), []);
    });
  }

  it('goes further back while it is held, and to what it holds back, which ends it', async () => {
    await using fleet = await createFleet();
    await installThree(fleet);
    await back(fleet);
    await back(fleet);
    assert.equal(await installed(fleet), '1.0.0');
    assert.deepEqual(await holds(fleet), [{ version: '3.0.0', at: '1.0.0', who: 'ann@here', why: null }]);
    await assert.rejects(back(fleet), { code: 'no-earlier-version' });
    await back(fleet, { to: '2.0.0' });
    assert.equal(await installed(fleet), '2.0.0');
    await back(fleet, { to: '3.0.0' });
    assert.equal(await installed(fleet), '3.0.0');
    assert.deepEqual(await holds(fleet), []);
    assert.deepEqual((await fleet.plan()).changes, []);
  });

  it('is forgotten when the source itself gives what it went back to, and what was bad is not held any more', async () => {
    await using fleet = await createFleet();
    await installThree(fleet);
    await back(fleet);
    await fleet.writePack('one', action('2.0.0'), { version: '2.0.0' });
    const { plan, result } = await fleet.apply();
    assert.deepEqual([plan.changes, plan.endedHolds, result.outcome], [[], ['one'], 'unchanged']);
    assert.deepEqual(await holds(fleet), []);
    await fleet.writePack('one', action('3.0.0'), { version: '3.0.0' });
    await fleet.apply();
    assert.equal(await installed(fleet), '3.0.0');
  });

  it('is not forgotten with a removal: the pack returns at the version that runs, and not at what was held back', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('two', {});
    await installThree(fleet);
    await back(fleet, { why: 'it is loud' });
    const before = await holds(fleet);
    await fleet.write({ 'desired/one.yaml': null });
    const removal = await fleet.apply();
    assert.equal(removal.result.outcome, 'applied');
    assert.deepEqual(
      removal.plan.changes.flatMap(({ keeps }) => keeps.filter(({ code }) => code === 'hold')),
      [{ code: 'hold', sentence: 'its rollback: 3.0.0 is held back if it returns', rows: [] }],
    );
    await fleet.writePack('one', action('3.0.0'), { version: '3.0.0' });
    const { packs } = await status(fleet.context, { ...(await readLocalDocuments(fleet.context)), ref: 'one' });
    assert.match(packs[0]?.message ?? '', /^held at 2\.0\.0 .*; 3\.0\.0 .* is held back$/);
    const { plan, result } = await fleet.apply();
    assert.deepEqual([plan.changes[0]?.to?.version, plan.holds?.length, result.outcome], ['2.0.0', 1, 'applied']);
    assert.equal(await installed(fleet), '2.0.0');
    assert.deepEqual(await holds(fleet), before);
    await back(fleet, { to: '3.0.0' });
    assert.equal(await installed(fleet), '3.0.0');
    assert.deepEqual(await holds(fleet), []);
  });

  it('writes nothing where the answer is no', async () => {
    await using fleet = await createFleet();
    await installThree(fleet);
    const { result } = await back(fleet, { confirm: async () => false });
    assert.equal(result, null);
    assert.equal(await installed(fleet), '3.0.0');
    assert.deepEqual(await holds(fleet), []);
  });

  it('of a version that is in neither the store nor its source is refused with what there is', async () => {
    await using fleet = await createFleet();
    await installThree(fleet);
    const [old] = await fleet.sql<{ digest: string }>(`SELECT digest FROM attune_sync.version WHERE version = '1.0.0'`);
    await rm(join(fleet.directory, `store/.versions/one/1.0.0-${old?.digest.slice(0, 12)}`), { recursive: true });
    await assert.rejects(back(fleet, { to: '1.0.0' }), refusal('version-gone', /^There are: 2\.0\.0 \(digest /));
  });

  it('stands in history with who and why, also when the pack is gone', async () => {
    await using fleet = await createFleet();
    await installThree(fleet);
    await back(fleet, { why: 'it is loud' });
    const rows = await history(fleet.context, { ref: 'one', limit: 2 });
    assert.deepEqual(
      rows.map(({ cause, who, fromVersion, toVersion, reason }) => [cause, who, fromVersion, toVersion, reason]),
      [
        ['rollback', 'ann@here', '3.0.0', '2.0.0', 'rolled back from 3.0.0 to 2.0.0: it is loud'],
        ['apply', 'test@here', '2.0.0', '3.0.0', '2.0.0 → 3.0.0'],
      ],
    );
    await fleet.sql(`DELETE FROM attune_sync.pack; DELETE FROM pack`);
    assert.equal((await history(fleet.context, { ref: 'one', limit: 9 })).length, 4);
    await assert.rejects(history(fleet.context, { ref: 'oen', limit: 9 }), refusal('unknown-pack', /one/));
  });

  it('of a pack that was removed since, whose version nobody has any more, leads to another one or ends, as the error says', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('two', {});
    await installThree(fleet);
    await back(fleet);
    const bad = (await fleet.sql<{ digest: string }>('SELECT digest FROM attune_sync.hold'))[0]?.digest ?? '';

    await removeAndLose(fleet, '2.0.0');
    assert.equal((await goneOf(fleet))?.hint?.includes('attune-sync rollback one --to VERSION'), true);
    assert.equal((await back(fleet)).result?.outcome, 'applied');
    assert.deepEqual([await installed(fleet), (await holds(fleet)).length], ['1.0.0', 1]);

    await removeAndLose(fleet, '1.0.0', '3.0.0');
    const [, to] = /3\.0\.0, which its source gives: attune-sync rollback one --to ([0-9a-f]+)\.$/.exec(
      (await goneOf(fleet))?.hint ?? '',
    ) ?? ['', ''];
    assert.equal(bad.startsWith(to) && to.length > 6, true);
    await assert.rejects(back(fleet), refusal('no-earlier-version', /^There are: 3\.0\.0 \(digest /));
    assert.equal((await back(fleet, { to })).result?.outcome, 'applied');
    assert.deepEqual([await installed(fleet), await holds(fleet)], ['3.0.0', []]);
    assert.deepEqual((await fleet.apply()).plan.changes, []);
  });

  /** The pack goes with its document, the store loses versions, and the document is back. */
  async function removeAndLose(fleet: Fleet, ...versions: readonly string[]): Promise<void> {
    await fleet.write({ 'desired/one.yaml': null });
    assert.equal((await fleet.apply()).result.outcome, 'applied');
    for (const version of versions) {
      const rows = await fleet.sql<{ digest: string }>(
        `SELECT digest FROM attune_sync.version WHERE pack = 'one' AND version = '${version}'`,
      );
      const name = `${version}-${rows[0]?.digest.slice(0, 12)}`;
      await rm(join(fleet.directory, 'store/.versions/one', name), { recursive: true });
    }
    await fleet.writePack('one', action('3.0.0'), { version: '3.0.0' });
  }

  async function goneOf(fleet: Fleet): Promise<Problem | undefined> {
    const { plan } = await look(fleet.context);
    assert.deepEqual(plan.changes, []);
    return plan.unreadable.flatMap(({ problems }) => problems).find(({ code }) => code === 'version-gone');
  }
});
