import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { withWriter } from '../../src/database/writer-lock.ts';
import { reconcile } from '../../src/reconcile.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';

async function recordedRuns(fleet: Fleet): Promise<number> {
  const [row] = await fleet.sql<{ runs: number }>('SELECT count(*)::int AS runs FROM attune_sync.run');
  return row?.runs ?? 0;
}

describe('a run that changes nothing', () => {
  it('takes no lock and records nothing where all that would change is blocked, as before', async () => {
    await using fleet = await createFleet({ sync: { removalLimit: { count: 0, percent: 25 } } });
    await fleet.writePack('one');
    await fleet.writePack('two');
    await fleet.apply();
    await fleet.write({ 'desired/one.yaml': null });
    await fleet.apply();
    const runs = await recordedRuns(fleet);
    // While another holds the lock, a run that wants it would end after its timeout.
    const { database, signal } = fleet.context;
    const lock = { holder: 'another', timeoutMs: 1000, signal };
    const again = await withWriter(database, lock, () => fleet.apply());
    assert.deepEqual([again.result.outcome, again.result.run, again.plan.changes.length], ['blocked', null, 1]);
    assert.equal(await recordedRuns(fleet), runs);
  });

  it('takes no lock, publishes nothing and records nothing where a pack needs one that is blocked', async () => {
    await using fleet = await createFleet();
    const action = (runtime: string) => `label: X\ndescription: d\nrunner_type: ${runtime}\nentry_point: x.sh\n`;
    await fleet.writePack('low', {
      'runtimes/r.yaml': 'ref: low.r\nname: R\ndistributions: {}\n',
      'policies/p.yaml': 'ref: low.p\nname: P\naction_ref: none.x\nmethod: enqueue\nthreshold: 1\n',
    });
    const high = { 'actions/x.yaml': `ref: high.x\n${action('low.r')}`, 'actions/x.sh': 'true\n' };
    await fleet.writePack('high', high);
    await fleet.writePack('other');
    const { result } = await fleet.apply();
    assert.deepEqual(
      result.packs.map(({ ref, outcome }) => `${ref} ${outcome}`),
      ['low blocked', 'other applied', 'high skipped'],
    );
    const runs = await recordedRuns(fleet);
    const { database, signal } = fleet.context;
    const lock = { holder: 'another', timeoutMs: 1000, signal };
    const again = await withWriter(database, lock, () => fleet.apply());
    assert.deepEqual([again.result.outcome, again.result.run], ['failed', null]);
    assert.equal(await recordedRuns(fleet), runs);
    const published = await readdir(join(fleet.context.config.packStore.directory, '.versions'));
    assert.deepEqual(published, ['other']);
  });

  it('is not recorded where only a warning is said with the plan now and not with a change', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('one', {}, { document: 'enabled: { one.none: false }\n' });
    await fleet.apply();
    const runs = await recordedRuns(fleet);
    const { plan, result } = await fleet.apply();
    assert.deepEqual([plan.problems.map(({ severity }) => severity), result.run], [['warning'], null]);
    assert.equal(await recordedRuns(fleet), runs);
  });

  it('is not recorded where it was about some packs only, and does not hide the trouble of the others', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('good');
    await fleet.writePack('bad', { 'actions/x.yaml': 'label: no ref\n' });
    await fleet.apply();
    const runs = await recordedRuns(fleet);
    const options = { cause: 'daemon', who: 'test@here', lockTimeoutMs: 10_000 } as const;
    const { result } = await reconcile(fleet.context, { ...options, targets: ['bad'] });
    assert.equal(result?.outcome, 'failed');
    assert.equal(await recordedRuns(fleet), runs);
    assert.equal((await fleet.apply()).result.run, null);
    assert.equal(await recordedRuns(fleet), runs);
  });
});

describe('history that cannot be written', () => {
  it('is one warning, a sentence on one line', async () => {
    await using fleet = await createFleet({ sync: { removalLimit: { count: 0, percent: 25 } } });
    await fleet.writePack('one');
    await fleet.writePack('two');
    await fleet.apply();
    await fleet.write({ 'desired/one.yaml': null });
    await fleet.sql(`ALTER TABLE attune_sync.run ADD CONSTRAINT full_history CHECK (outcome <> 'blocked')`);
    const lines: unknown[][] = [];
    const log = { ...fleet.context.log, warn: (...line: unknown[]) => void lines.push(line) };
    const options = { cause: 'daemon', who: 'test@here', lockTimeoutMs: 10_000 } as const;
    const { result } = await reconcile({ ...fleet.context, log }, options);
    assert.deepEqual([result?.outcome, result?.run], ['blocked', null]);
    assert.equal(lines.length, 1);
    const [[message, ...fields] = []] = lines;
    assert.match(String(message), /^The run could not be recorded: .*full_history.*[^.]\.$/);
    assert.deepEqual(fields, []);
  });
});

describe('a repair', () => {
  it('keeps the time of installation', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('core', coreFiles);
    await fleet.writePack('shop', shopFiles);
    await fleet.apply();
    const before = await fleet.sql(`SELECT ref, installed_at, source_ref FROM pack ORDER BY ref`);
    await fleet.write({ 'store/shop': null });
    const { plan } = await fleet.apply();
    assert.deepEqual(
      plan.changes.map(({ ref, action }) => [ref, action]),
      [['shop', 'repair']],
    );
    assert.deepEqual(await fleet.sql(`SELECT ref, installed_at, source_ref FROM pack ORDER BY ref`), before);
  });

  it('links every rule that had lost its target, ad-hoc ones too', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('core', coreFiles);
    await fleet.apply();
    await fleet.sql(`INSERT INTO pack (ref, label, version) VALUES ('byhand', 'By hand', '1.0.0')`);
    await fleet.sql(
      `INSERT INTO trigger (ref, pack, pack_ref, label) SELECT 'byhand.bell', id, ref, 'Bell' FROM pack WHERE ref = 'byhand'`,
    );
    await fleet.sql(
      `INSERT INTO rule (ref, pack, pack_ref, label, description, action_ref, trigger_ref, enabled, is_adhoc)
       SELECT 'byhand.mine', id, ref, 'Mine', '', 'core.echo', 'byhand.bell', TRUE, TRUE FROM pack WHERE ref = 'byhand'`,
    );
    await fleet.writePack('core', {}, { version: '1.1.0' });
    await fleet.apply();
    const [rule] = await fleet.sql(
      `SELECT a.ref AS action, t.ref AS trigger FROM rule r JOIN action a ON a.id = r.action JOIN trigger t ON t.id = r.trigger`,
    );
    assert.deepEqual(rule, { action: 'core.echo', trigger: 'byhand.bell' });
  });
});
