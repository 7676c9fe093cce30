import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { packTestVerb } from '../../src/cli/verbs/pack-test.ts';
import { packShow } from '../../src/commands/pack-show.ts';
import { testInstalled } from '../../src/commands/pack-test.ts';
import { renderPackShowJson, renderPackShowText } from '../../src/commands/render-pack-show.ts';
import { renderPackTestText } from '../../src/commands/render-pack-test.ts';
import { createFakeShell } from '../cli/fake-shell.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { minimalPack, type PackFiles, writePack } from '../support/packs.ts';

const packYaml = (testing: string) => `ref: demo\nlabel: x\nversion: 1.0.0\n${testing}`;
const runner = 'testing: {runners: {main: {type: script, entry_point: tests/run.sh}}}\n';

async function testPath(files: PackFiles, output: 'text' | 'json' | 'yaml' = 'text') {
  const directory = await writePack({ ...minimalPack(), ...files });
  const shell = createFakeShell({ environment: { PATH: '/usr/bin:/bin' }, directory });
  const code = await packTestVerb(shell, '.', { output, lockTimeout: 1000 });
  return { code, text: shell.stdout().replaceAll(/\d+ ms/g, 'n ms') };
}

describe('pack test of a directory', () => {
  it('needs no configuration and no database, and ends with 0 where the tests pass', async () => {
    const { code, text } = await testPath({ 'pack.yaml': packYaml(runner), 'tests/run.sh': 'echo Passed: 3\n' });
    assert.equal(code, 0);
    assert.match(text, /^\+ {2}main +script +3 passed +n ms$/m);
    assert.match(text, /\nThe tests of demo 1\.0\.0 passed in n ms: 3 passed\.\n$/);
    assert.deepEqual(
      (await readdir(tmpdir())).filter((name) => name.startsWith('attune-sync-test-')),
      [],
    );
  });

  it('ends with 1 where they fail, and shows what the failed runner wrote last, safe for a terminal', async () => {
    const files = { 'pack.yaml': packYaml(runner), 'tests/run.sh': 'printf "\\033[31mbad\\007\\n"\nexit 2\n' };
    const { code, text } = await testPath(files);
    assert.equal(code, 1);
    assert.match(text, /^main:\n {2}\| bad\\u0007\n\nThe tests of demo 1\.0\.0 failed in n ms: 1 of 1 failed\.\n$/m);
  });

  it('gives all of it as JSON and YAML', async () => {
    const files = { 'pack.yaml': packYaml(runner), 'tests/run.sh': 'echo Passed: 1, Failed: 1; exit 1\n' };
    const { code, text } = await testPath(files, 'json');
    const { formatVersion, ref, stored, tests } = JSON.parse(text);
    assert.deepEqual([code, formatVersion, ref, stored], [1, 1, 'demo', false]);
    assert.deepEqual(
      [tests.outcome, tests.total, tests.failed, tests.passRate, tests.suites[0].name],
      ['failed', 2, 1, 0.5, 'main'],
    );
    assert.match((await testPath(files, 'yaml')).text, /\n {2}outcome: failed\n/);
  });

  it('says of a pack without tests that it has none, and of one that is invalid why', async () => {
    const none = await testPath({});
    assert.deepEqual([none.code, none.text], [0, 'demo 1.0.0 brings no tests.\n']);
    await assert.rejects(testPath({ 'pack.yaml': packYaml('testing: {on_failure: stop}\n') }), {
      code: 'pack-invalid',
    });
    await assert.rejects(testPath({ 'pack.yaml': null }), { code: 'pack-invalid' });
  });
});

const stored = (fleet: Fleet) =>
  fleet.sql('SELECT pack_version, trigger_reason, total_tests, failed FROM pack_test_execution ORDER BY id');
const asked = { who: 'test@here', lockTimeoutMs: 5000 };

describe('pack test of an installed pack', () => {
  it('tests its files and stores the result as asked for by hand', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('one', { 'tests/run.sh': 'test -e pack.yaml && echo Passed: 2\n' }, { pack: runner });
    await fleet.apply();
    // What a document names now is not what is installed.
    await fleet.writePack('one', { 'tests/run.sh': 'exit 1\n' }, { pack: runner, version: '2.0.0' });
    const test = await testInstalled(fleet.context, 'one', asked);
    assert.deepEqual([test.version, test.result?.outcome, test.stored], ['1.0.0', 'passed', true]);
    assert.match(renderPackTestText(test, { color: false, width: 80 }), /2 passed\. Attune has the result\.\n$/);
    assert.deepEqual(await stored(fleet), [
      { pack_version: '1.0.0', trigger_reason: 'install', total_tests: 2, failed: 0 },
      { pack_version: '1.0.0', trigger_reason: 'manual', total_tests: 2, failed: 0 },
    ]);
  });

  it('stores nothing where Attune has no table for it', async () => {
    await using fleet = await createFleet();
    await fleet.sql('DROP TABLE pack_test_execution');
    await fleet.writePack('one', { 'tests/run.sh': 'true\n' }, { pack: runner });
    await fleet.apply();
    assert.equal((await testInstalled(fleet.context, 'one', asked)).stored, false);
  });

  it('tests what Attune itself installed, where its row says it is', async () => {
    await using fleet = await createFleet();
    const directory = await writePack({
      ...minimalPack('other', { 'tests/run.sh': 'echo Passed: 1\n' }),
      'pack.yaml': `ref: other\nlabel: x\nversion: 1.0.0\n${runner}`,
    });
    await fleet.sql(`INSERT INTO pack (ref, label, version, storage_path) VALUES ('other', 'x', '1.0.0', ?)`, [
      directory,
    ]);
    const test = await testInstalled(fleet.context, 'other', asked);
    assert.deepEqual([test.directory, test.result?.passed, test.stored], [directory, 1, true]);
  });

  it('says which pack there is not, or whose files are not here', async () => {
    await using fleet = await createFleet();
    await assert.rejects(testInstalled(fleet.context, 'none', asked), { code: 'unknown-pack' });
    await fleet.sql(`INSERT INTO pack (ref, label, version, storage_path) VALUES ('far', 'x', '1.0.0', '/no/where')`);
    await assert.rejects(testInstalled(fleet.context, 'far', asked), { code: 'pack-files-missing' });
    assert.deepEqual(await readdir(join(fleet.directory, 'state')).catch(() => []), []);
  });
});

describe('pack show', () => {
  it('tells how the tests ended last, whoever ran them', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('one', { 'tests/run.sh': 'echo Passed: 2\n' }, { pack: runner });
    await fleet.apply();
    const show = async () => renderPackShowText(await packShow(fleet.context, 'one'), { color: false, width: 100 });
    assert.match(await show(), /^Tests: {7}2 passed \(1\.0\.0, install, \d{4}-\S+ \S+Z\)$/m);
    await fleet.writePack(
      'one',
      { 'tests/run.sh': 'echo Passed: 1, Failed: 1\nexit 1\n' },
      { pack: runner, version: '2.0.0' },
    );
    await fleet.apply();
    assert.match(await show(), /^Tests: {7}1 of 2 failed \(2\.0\.0, update, /m);
    const { lastTest } = renderPackShowJson(await packShow(fleet.context, 'one'));
    assert.deepEqual(
      { ...(lastTest as object), at: null, durationMs: null },
      {
        version: '2.0.0',
        at: null,
        reason: 'update',
        total: 2,
        passed: 1,
        failed: 1,
        skipped: 0,
        passRate: 0.5,
        durationMs: null,
      },
    );
    await fleet.sql('DROP TABLE pack_test_execution');
    assert.doesNotMatch(await show(), /^Tests:/m);
  });
});
