import assert from 'node:assert/strict';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { PackResult, RunResult } from '../../src/apply/result.ts';
import { history } from '../../src/commands/history.ts';
import type { Config } from '../../src/config/config.ts';
import type { FailedTests } from '../../src/pack-tests/failed-tests.ts';
import { renderPlanJson } from '../../src/plan/render/render-plan-json.ts';
import { renderPlanText } from '../../src/plan/render/render-plan-text.ts';
import { type Reconciled, type ReconcileOptions, reconcile } from '../../src/reconcile.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';

const testing = (more = '') =>
  `testing: {runners: {main: {type: script, entry_point: tests/run.sh, timeout: 20}}${more}}\n`;
const passing = { 'tests/run.sh': 'echo Passed: 2\n' };
const failing = { 'tests/run.sh': 'echo Passed: 1, Failed: 1\necho the second one is wrong\nexit 1\n' };

async function applyWith(
  fleet: Fleet,
  options: Partial<ReconcileOptions> = {},
  config: Partial<Config> = {},
): Promise<Reconciled & { result: RunResult }> {
  const context = { ...fleet.context, config: { ...fleet.context.config, ...config } };
  const { plan, result } = await reconcile(context, {
    cause: 'apply',
    who: 'test@here',
    lockTimeoutMs: 20_000,
    ...options,
  });
  assert.ok(result);
  return { plan, result };
}

function only({ packs }: RunResult, ref = 'one'): PackResult {
  const found = packs.find((pack) => pack.ref === ref);
  assert.ok(found, JSON.stringify(packs));
  return found;
}

const stored = (fleet: Fleet) =>
  fleet.sql(
    `SELECT p.ref, pack_version, trigger_reason, total_tests, x.passed, failed, skipped, pass_rate::float AS rate
       FROM pack_test_execution x JOIN pack p ON p.id = x.pack_id ORDER BY x.id`,
  );
const version = async (fleet: Fleet) => (await fleet.sql(`SELECT version FROM pack WHERE ref = 'one'`))[0]?.version;
const running = (fleet: Fleet) => readlink(join(fleet.directory, 'store/one'));

describe('the tests of a pack', () => {
  it('may tell of more tests than Attune’s table can count', async () => {
    await using fleet = await createFleet();
    const runner = '{type: script, entry_point: tests/run.sh, timeout: 20}';
    await fleet.writePack(
      'one',
      { 'tests/run.sh': 'echo Passed: 1000000000\n' },
      { pack: `testing: {runners: {a: ${runner}, b: ${runner}, c: ${runner}}}\n` },
    );
    const { result } = await fleet.apply();
    assert.deepEqual([only(result).outcome, only(result).problems], ['applied', []]);
    assert.equal((await stored(fleet))[0]?.total_tests, 2 ** 31 - 1);
  });

  it('run before it is installed, and Attune’s table has how they ended', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('one', passing, { pack: testing() });
    const { result } = await fleet.apply();
    const { outcome, tests, problems } = only(result);
    assert.deepEqual([outcome, problems], ['applied', []]);
    assert.ok(tests !== undefined && tests.outcome === 'passed' && tests.total === 2 && tests.durationMs >= 0);
    const row = {
      ref: 'one',
      pack_version: '1.0.0',
      trigger_reason: 'install',
      total_tests: 2,
      passed: 2,
      failed: 0,
      skipped: 0,
      rate: 1,
    };
    assert.deepEqual(await stored(fleet), [row]);

    await fleet.writePack('one', passing, { pack: testing(), version: '1.1.0' });
    assert.equal((await fleet.apply()).result.outcome, 'applied');
    assert.deepEqual((await stored(fleet))[1], { ...row, pack_version: '1.1.0', trigger_reason: 'update' });
    // Nothing changes: nothing runs.
    assert.equal((await fleet.apply()).result.outcome, 'unchanged');
    assert.equal((await stored(fleet)).length, 2);
    assert.deepEqual(
      (await readdir(join(fleet.directory, 'store/.staging'))).filter((name) => name.startsWith('tests')),
      [],
    );
  });

  it('block what fails them: the running version stays as it is, the others go on, dependants wait', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('one', passing, { pack: testing() });
    await fleet.apply();
    const before = await running(fleet);
    await fleet.writePack('one', failing, { pack: testing(), version: '2.0.0' });
    await fleet.writePack('other', { 'tests/run.sh': 'exit 0\n' }, { pack: testing() });
    await fleet.writePack('needs', {}, { pack: 'dependencies: [one]\n' });
    const { result } = await fleet.apply();
    const { outcome, problems, tests, retry, from, to } = only(result);
    assert.deepEqual([outcome, retry, from?.version, to?.version], ['blocked', false, '1.0.0', '2.0.0']);
    assert.deepEqual(
      problems.map(({ severity, code, message }) => [severity, code, message]),
      [['error', 'tests-failed', 'its tests failed: 1 of 2 failed']],
    );
    assert.match(
      problems[0]?.hint ?? '',
      /^main ended with:\n\| Passed: 1, Failed: 1\n\| the second one is wrong\n.*pack log one.*\n.*--skip-tests/s,
    );
    assert.equal(tests?.outcome, 'failed');
    assert.deepEqual([only(result, 'other').outcome, only(result, 'needs').outcome], ['applied', 'skipped']);
    assert.deepEqual([await version(fleet), await running(fleet)], ['1.0.0', before]);
    const [, failed] = (await stored(fleet)).filter(({ ref }) => ref === 'one');
    assert.deepEqual(failed, {
      ref: 'one',
      pack_version: '2.0.0',
      trigger_reason: 'update',
      total_tests: 2,
      passed: 1,
      failed: 1,
      skipped: 0,
      rate: 0.5,
    });
    const [stop] = await fleet.sql(`SELECT result FROM pack_test_execution WHERE failed > 0`);
    assert.match(
      JSON.stringify(stop?.result),
      /"runnerType":"script".*"main_suite"|"main_suite".*"runnerType":"script"/,
    );
    const log =
      (await readdir(join(fleet.directory, 'state/logs/one'))).find((name) => name.startsWith('2.0.0-')) ?? '';
    assert.match(
      await readFile(join(fleet.directory, 'state/logs/one', log), 'utf8'),
      /the second one is wrong\nended with exit code 1 .*\n\nThe tests of the pack failed: 1 of 2 failed\./,
    );
    const [told] = await history(fleet.context, { ref: 'one', limit: 1 });
    assert.deepEqual([told?.outcome, told?.message], ['blocked', 'its tests failed: 1 of 2 failed']);

    await fleet.writePack('one', passing, { pack: testing(), version: '2.0.1' });
    assert.equal(only((await fleet.apply()).result).outcome, 'applied');
    assert.equal(await version(fleet), '2.0.1');
  });

  for (const like of ['ours', 'attune'] as const) {
    it('of a new pack leave nothing of it behind where they fail', async () => {
      await using fleet = await createFleet({ like });
      await fleet.writePack('one', failing, { pack: testing() });
      const { result } = await fleet.apply();
      assert.deepEqual([result.outcome, only(result).outcome], ['blocked', 'blocked']);
      assert.deepEqual([await version(fleet), await stored(fleet)], [undefined, []]);
      await assert.rejects(running(fleet));
      // The same again is no news.
      const runs = () => fleet.sql('SELECT count(*)::int AS runs FROM attune_sync.run');
      const before = await runs();
      await fleet.apply();
      assert.deepEqual(await runs(), before);
    });
  }

  it('are skipped where a person says so, and plan, result and history say that', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('one', failing, { pack: testing() });
    await fleet.writePack('two');
    const { plan, result } = await applyWith(fleet, { skipTests: true });
    assert.equal(plan.skipsTests, true);
    assert.equal(renderPlanJson(plan).skipsTests, true);
    assert.match(renderPlanText(plan, { color: false, width: 100 }), /Tests of packs are skipped \(--skip-tests\)\./);
    const { outcome, tests, reason } = only(result);
    assert.deepEqual(
      [outcome, tests, reason?.sentence],
      ['applied', { outcome: 'skipped' }, 'not installed, tests skipped'],
    );
    assert.deepEqual([only(result, 'two').tests, only(result, 'two').reason?.sentence], [undefined, 'not installed']);
    const [told] = await history(fleet.context, { ref: 'one', limit: 1 });
    assert.equal(told?.reason, 'not installed, tests skipped');
    assert.deepEqual(await stored(fleet), []);
  });

  it('count as configuration, document and pack say, in this order from weak to strong', async () => {
    await using fleet = await createFleet();
    const cases: readonly (readonly [Config['tests'], document: string, pack: string, expected: string])[] = [
      ['pack', '', '', 'blocked error'],
      ['off', '', '', 'applied'],
      ['report', '', '', 'applied warning'],
      ['pack', 'tests: off\n', '', 'applied'],
      ['pack', 'tests: report\n', '', 'applied warning'],
      ['off', 'tests: pack\n', '', 'blocked error'],
      ['pack', '', ', on_failure: warn', 'applied warning'],
      ['pack', '', ', on_failure: ignore', 'applied'],
      ['report', '', ', on_failure: ignore', 'applied'],
      ['pack', '', ', min_pass_rate: 0.5', 'applied'],
      ['pack', '', ', enabled: false', 'applied'],
    ];
    for (const [index, [tests, document, more, expected]] of cases.entries()) {
      await fleet.writePack('one', failing, { pack: testing(more), document, version: `1.0.${index}` });
      const { result } = await applyWith(fleet, {}, { tests });
      const { outcome, problems, reason } = only(result);
      assert.equal(
        [outcome, ...problems.map(({ severity }) => severity)].join(' '),
        expected,
        `${tests} ${document}${more}`,
      );
      if (expected === 'applied warning') assert.match(reason?.sentence ?? '', /, tests failed$/);
    }
  });

  it('do not run where nothing new is installed, and do where a person wants all of it written again', async () => {
    await using fleet = await createFleet();
    const once = { 'tests/run.sh': `echo ran >> ${join(fleet.directory, 'runs')}\n` };
    const runs = async () => (await readFile(join(fleet.directory, 'runs'), 'utf8')).split('\n').length - 1;
    await fleet.writePack('one', once, { pack: `${testing()}config: {a: 1}\n` });
    await fleet.apply();
    await fleet.writePack('one', once, { pack: `${testing()}config: {a: 1}\n`, document: 'config: {a: 2}\n' });
    assert.equal(only((await fleet.apply()).result).action, 'configure');
    await fleet.sql(`UPDATE pack SET label = 'drifted'`);
    assert.equal(only((await fleet.apply()).result).action, 'repair');
    assert.equal(await runs(), 1);
    await applyWith(fleet, { reinstall: ['one'] });
    assert.equal(await runs(), 2);
  });

  it('run once for one process as long as nothing about them moves', async () => {
    await using fleet = await createFleet();
    const counted = { 'tests/run.sh': `echo ran >> ${join(fleet.directory, 'runs')}\nexit 1\n` };
    const runs = async () => (await readFile(join(fleet.directory, 'runs'), 'utf8')).split('\n').length - 1;
    await fleet.writePack('one', counted, { pack: testing() });
    const failedTests: FailedTests = new Map();
    const first = await applyWith(fleet, { failedTests });
    const second = await applyWith(fleet, { failedTests });
    assert.equal(await runs(), 1);
    assert.deepEqual(first.plan.changes[0]?.blocks, []);
    assert.deepEqual(
      second.plan.changes[0]?.blocks.map(({ code, sentence }) => [code, sentence]),
      [['tests-failed', 'its tests failed: 1 of 1 failed']],
    );
    assert.deepEqual([only(second.result).outcome, second.result.run], ['blocked', null]);
    assert.equal(only(second.result).problems[0]?.message, only(first.result).problems[0]?.message);
    const [{ count } = {}] = await fleet.sql('SELECT count(*)::int FROM attune_sync.run');
    assert.equal(count, 1);

    await fleet.writePack('one', { ...counted, 'README.md': 'moved' }, { pack: testing() });
    await applyWith(fleet, { failedTests });
    assert.equal(await runs(), 2, 'content moved');
    assert.equal(only((await applyWith(fleet, { failedTests: new Map() })).result).outcome, 'blocked');
    assert.equal(await runs(), 3, 'another process');
    await fleet.writePack(
      'one',
      { ...counted, 'README.md': 'moved' },
      { pack: testing(), document: 'tests: report\n' },
    );
    assert.equal(only((await applyWith(fleet, { failedTests })).result).outcome, 'applied');
    assert.equal(await runs(), 4, 'the document moved');
    assert.equal(failedTests.size, 0);
  });

  it('write nothing where Attune has no table for them, or lets nobody write to it', async () => {
    await using fleet = await createFleet();
    await fleet.sql('DROP TABLE pack_test_execution');
    await fleet.writePack('one', passing, { pack: testing() });
    assert.equal((await fleet.apply()).result.outcome, 'applied');
    await fleet.writePack('one', failing, { pack: testing(), version: '2.0.0' });
    assert.equal(only((await fleet.apply()).result).outcome, 'blocked');
  });

  it('are recorded with the pack or not at all', async () => {
    await using fleet = await createFleet();
    await fleet.sql(
      `CREATE FUNCTION refuse() RETURNS TRIGGER AS $$ BEGIN RAISE EXCEPTION 'no'; END $$ LANGUAGE plpgsql`,
    );
    await fleet.sql(
      'CREATE TRIGGER refuse BEFORE INSERT ON pack_test_execution FOR EACH ROW EXECUTE FUNCTION refuse()',
    );
    await fleet.writePack('one', passing, { pack: testing() });
    assert.equal(only((await fleet.apply()).result).outcome, 'failed');
    assert.equal(await version(fleet), undefined);
    await fleet.sql('ALTER TABLE pack_test_execution DISABLE TRIGGER refuse');
    await fleet.apply();
    await fleet.sql('ALTER TABLE pack_test_execution ENABLE TRIGGER refuse');
    await fleet.writePack('one', failing, { pack: testing(), version: '2.0.0' });
    assert.equal(only((await fleet.apply()).result).outcome, 'blocked', 'what cannot be recorded fails nothing');
  });

  it('that hang are ended, and the pack is blocked', { timeout: 30_000 }, async () => {
    await using fleet = await createFleet();
    await fleet.writePack('one', { 'tests/run.sh': 'sleep 60\n' }, { pack: testing().replace('20', '1') });
    const { problems, outcome } = only((await fleet.apply()).result);
    assert.deepEqual(
      [outcome, problems[0]?.message],
      ['blocked', 'its tests failed: main: it was ended after 1.0 s, its `timeout`'],
    );
  });
});
