import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { openBuildLog } from '../../src/environments/build-log.ts';
import { runPackTests } from '../../src/pack-tests/run-pack-tests.ts';
import type { TestResult } from '../../src/pack-tests/test-result.ts';
import type { TestSurroundings } from '../../src/pack-tests/test-surroundings.ts';
import { checksumDirectory } from '../../src/packs/checksum.ts';
import { readPack } from '../../src/packs/read-pack.ts';
import { createRedactor } from '../../src/redactor.ts';
import { Secret } from '../../src/secret.ts';
import { minimalPack, type PackFiles, writePack } from '../support/packs.ts';

interface Run {
  readonly result: TestResult;
  readonly directory: string;
  /** Of the one runner. */
  readonly shown: string;
  readonly log: string;
}

/** Runs the tests of a pack with these files, whose pack.yaml has `testing` at its end. */
async function run(testing: string, files: PackFiles, more: Partial<TestSurroundings> = {}): Promise<Run> {
  const head = 'ref: demo\nlabel: A pack\nversion: 1.0.0\n';
  const directory = await writePack({ ...minimalPack(), ...files, 'pack.yaml': `${head}testing: ${testing}\n` });
  return runIn(directory, more);
}

async function runIn(directory: string, more: Partial<TestSurroundings> = {}): Promise<Run> {
  const { content, problems } = await readPack(directory);
  assert.ok(content?.testing, JSON.stringify(problems));
  const redactor = createRedactor();
  redactor.know(new Secret('hush-hush'));
  const beside = await writePack({});
  await chmod(beside, 0o711);
  const log = await openBuildLog(join(beside, 'a.log'), { redactor, isFresh: true });
  const result = await runPackTests(directory, content.testing, {
    root: join(beside, 'scratch'),
    variables: ({ home, temporary }) => ({ PATH: '/usr/bin:/bin', HOME: home, TMPDIR: temporary, LANG: 'C.UTF-8' }),
    redactor,
    log,
    signal: new AbortController().signal,
    now: () => new Date(),
    ...more,
  });
  assert.deepEqual(await readdir(beside), ['a.log'], 'the copy has gone');
  const [suite] = result.suites;
  const shown =
    suite === undefined ? '' : `${suite.total} ${suite.passed} ${suite.failed} ${suite.skipped} ${suite.fault ?? '-'}`;
  return { result, directory, shown, log: await readFile(log.file, 'utf8') };
}

const script = '{runners: {a: {type: script, entry_point: tests/run.sh, timeout: 20}}}';
const unittest = '{runners: {a: {type: unittest, entry_point: tests/test_demo.py}}}';
const pytest = '{runners: {a: {type: pytest, entry_point: tests/test_demo.py}}}';
const json = (more = '') => `{runners: {a: {type: script, entry_point: tests/run.sh, result_format: json${more}}}}`;

test('tests of Python pass and fail as unittest says', async () => {
  const { shown, result } = await run(unittest, {
    'tests/test_demo.py': `import unittest
from lib import thing

class Tests(unittest.TestCase):
    def test_one(self): self.assertEqual(thing.one(), 1)
    def test_two(self): self.assertEqual(thing.one(), 2)
    @unittest.skip("later")
    def test_three(self): pass
    @unittest.expectedFailure
    def test_four(self): self.fail()
`,
    'lib/thing.py': 'def one(): return 1\n',
  });
  assert.equal(shown, '4 2 1 1 -');
  assert.equal(result.outcome, 'failed');
  assert.match(result.why ?? '', /^1 of 3 failed \(tests\.test_demo\.Tests\.test_two\)$/);
  assert.match(result.suites[0]?.lines ?? '', /AssertionError: 1 != 2/);
});

test('what tests say names files as the pack does, and not as the copy that is gone', async () => {
  const { result, log } = await run(script, {
    'tests/run.sh': 'echo "at $PWD/tests/run.sh:1"; echo "file://$PWD/lib/a.js in $PWD"; rm -r "$PWD"; exit 1\n',
  });
  assert.equal(result.suites[0]?.lines, 'at tests/run.sh:1\nlib/a.js in .');
  assert.match(log, /^at tests\/run\.sh:1\nlib\/a\.js in \.$/m);
  const told = '{"total":1,"passed":0,"failed":1,"skipped":0,"tests":[{"name":"a","status":"failed","message":"'.concat(
    '\'"$PWD"\'/lib/a.py:3"}]}',
  );
  const { result: reported } = await run(json(), { 'tests/run.sh': `echo '${told}'; exit 1\n` });
  assert.equal(reported.suites[0]?.cases[0]?.message, 'lib/a.py:3');
});

test('a directory of Python tests is searched for them', async () => {
  const { shown, result } = await run('{runners: {a: {type: unittest, entry_point: tests}}}', {
    'tests/test_a.py': 'import unittest\nclass A(unittest.TestCase):\n    def test_a(self): pass\n',
    'tests/test_b.py': 'import unittest\nclass B(unittest.TestCase):\n    def test_b(self): pass\n',
  });
  assert.equal(shown, '2 2 0 0 -');
  assert.deepEqual([result.outcome, result.why, result.passRate], ['passed', null, 1]);
});

for (const [what, code, expected] of [
  ['a module that cannot be imported', 'import nowhere\n', /^1 0 1 0 -$/],
  ['a file without tests', 'x = 1\n', /^1 0 1 0 it ran no test$/],
  ['an end in the middle', 'import os\nos._exit(0)\n', /exit code 0 and without saying what passed$/],
  ['a signal', 'import os\nos.kill(os.getpid(), 11)\n', /^1 0 1 0 a signal ended it \(SIGSEGV\)$/],
] as const) {
  test(`Python tests fail by ${what}`, async () => {
    const { shown, result } = await run(unittest, { 'tests/test_demo.py': code });
    assert.match(shown, expected);
    assert.equal(result.outcome, 'failed');
  });
}

test('where pytest is not installed, the result says so', async () => {
  const { shown, result, log } = await run(
    pytest,
    { 'tests/test_demo.py': '' },
    {
      variables: () => ({ PATH: '/nowhere' }),
    },
  );
  assert.equal(shown, '1 0 1 0 pytest is neither in an environment of the pack nor on this machine');
  assert.equal(result.why, 'a: pytest is neither in an environment of the pack nor on this machine');
  assert.match(log, /^\$ pytest tests\/test_demo\.py -v\nThe program pytest is not on this machine/);
});

test('the programs of an environment come before those of the machine, and its links lead there', async () => {
  const store = await writePack({
    [`.environments/${'a'.repeat(32)}/.venv/bin/pytest`]:
      '#!/bin/sh\ncat .venv/marker\necho "got $1 $2"\necho "===== 3 passed, 1 skipped in 0.01s ====="\n',
    [`.environments/${'a'.repeat(32)}/.venv/marker`]: 'in the environment\n',
    '.versions/demo/1.0.0-abc/pack.yaml': `ref: demo\nlabel: x\nversion: 1.0.0\ntesting: ${pytest}\n`,
    '.versions/demo/1.0.0-abc/tests/test_demo.py': '',
  });
  await chmod(join(store, '.environments', 'a'.repeat(32), '.venv/bin/pytest'), 0o755);
  const directory = join(store, '.versions/demo/1.0.0-abc');
  const content = (await readPack(directory)).content?.testing;
  await symlink(`../../../.environments/${'a'.repeat(32)}/.venv`, join(directory, '.venv'));
  assert.ok(content);
  const log = await openBuildLog(join(store, 'a.log'), { redactor: createRedactor(), isFresh: true });
  const result = await runPackTests(directory, content, {
    root: join(store, 'scratch'),
    variables: () => ({ PATH: '/usr/bin:/bin' }),
    redactor: createRedactor(),
    log,
    signal: new AbortController().signal,
    now: () => new Date(),
  });
  assert.deepEqual([result.outcome, result.total, result.passed, result.skipped], ['passed', 4, 3, 1]);
  assert.match(await readFile(log.file, 'utf8'), /in the environment\ngot tests\/test_demo\.py -v\n/);
});

test('a script is run by what its first line names, else by the shell of Attune', async () => {
  const bash = await run(script, {
    'tests/run.sh': '#!/bin/bash\nIFS=+ read -r a b <<< "1+1"; echo "Passed: $((a + b))"\n',
  });
  assert.equal(bash.shown, '2 2 0 0 -');
  const python = await run(script, {
    'tests/run.sh': '#!/usr/bin/env python3\nimport sys\nprint("Passed:", len(sys.argv))\n',
  });
  assert.equal(python.shown, '1 1 0 0 -');
  const plain = await run(script, { 'tests/run.sh': 'exit 3\n' });
  assert.equal(plain.shown, '1 0 1 0 -');
  assert.match(plain.log, /^\$ \/bin\/sh tests\/run\.sh\nended with exit code 3 after /);
  const other = await run('{runners: {a: {type: script, entry_point: check}}}', { check: '[[ -n $BASH ]]\n' });
  assert.match(other.log, /^\$ \/bin\/bash check\n/);
  assert.equal(other.shown, '1 1 0 0 -');
});

test('the runners of a pack are counted together', async () => {
  const { result } = await run(
    '{runners: {b: {type: script, entry_point: b.sh}, a: {type: script, entry_point: a.sh}, c: {type: jest, entry_point: a.sh}}, min_pass_rate: 0.5}',
    { 'a.sh': 'echo Passed: 3\n', 'b.sh': 'echo Passed: 1, Failed: 1\n' },
  );
  assert.deepEqual([result.total, result.passed, result.failed], [6, 4, 2]);
  assert.deepEqual(
    result.suites.map(({ name }) => name),
    ['b', 'a', 'c'],
  );
  assert.equal(result.why, 'c: no runner of type "jest" is known');
});

test('results as JSON are read from standard output, whatever else is written', async () => {
  const { shown, result } = await run(json(), {
    'tests/run.sh':
      'echo starting; echo \'{"noise": 1\' >&2\necho \'{"total": 2, "passed": 1, "failed": 1, "test_cases": [{"name": "t", "status": "failed", "error_message": "no"}]}\'\necho done\nexit 1\n',
  });
  assert.equal(shown, '2 1 1 0 -');
  assert.equal(result.why, '1 of 2 failed (t)');
});

test('results as JSON are read from files that the tests write, not from those that the pack brings', async () => {
  const old = '{"total": 9, "passed": 9}';
  const files = {
    'out/old.json': old,
    'tests/run.sh': 'echo \'{"passed": 1}\' > out/b.json\necho \'{"passed": 2, "failed": 1}\' > out/a.json\n',
  };
  assert.equal((await run(json(', result_path: out'), files)).shown, '4 3 1 0 -');
  const one = { 'out.json': old, 'tests/run.sh': 'true\n' };
  assert.match((await run(json(', result_path: out.json'), one)).shown, /without saying what passed$/);
  const written = { 'out.json': old, 'tests/run.sh': 'echo \'{"passed": 1}\' > out.json\n' };
  assert.equal((await run(json(', result_path: out.json'), written)).shown, '1 1 0 0 -');
});

test('a link is no result: tests cannot have others’ files read', async () => {
  const secret = join(await writePack({ 'secret.json': '{"passed": 7}' }), 'secret.json');
  const file = await run(json(', result_path: out.json'), { 'tests/run.sh': `ln -s ${secret} out.json\n` });
  assert.match(file.shown, /^1 0 1 0 /);
  const folder = await run(json(', result_path: out/secret.json'), {
    'tests/run.sh': `ln -s ${dirname(secret)} out\n`,
  });
  assert.match(folder.shown, /^1 0 1 0 /);
  const pipe = await run(json(', result_path: out.json'), { 'tests/run.sh': 'mkfifo out.json\n' });
  assert.match(pipe.shown, /^1 0 1 0 /);
});

test('a test that prints 10 MB neither blocks nor hides its result, and its log stays small', async () => {
  const noise = 'head -c 10000000 /dev/zero | tr "\\0" x | fold -w 200\n';
  const before = await run(script, { 'tests/run.sh': `echo Passed: 2, Failed: 1\n${noise}exit 1\n` });
  assert.equal(before.shown, '3 2 1 0 -');
  assert.ok(before.log.length < 1_200_000, String(before.log.length));
  assert.match(before.log, /bytes are left out here/);
  const after = await run(json(), { 'tests/run.sh': `${noise}echo; echo '{"passed": 2}'\n` });
  assert.equal(after.shown, '2 2 0 0 -');
  const oneLine = await run(script, { 'tests/run.sh': 'head -c 10000000 /dev/zero; echo; echo Passed: 1\n' });
  assert.equal(oneLine.shown, '1 1 0 0 -');
});

test('a test that hangs is ended at its timeout with all that it began', { timeout: 15_000 }, async () => {
  const hung = await run(script.replace('20', '1'), {
    'tests/run.sh': '#!/bin/sh\nsleep 987 &\nsetsid sleep 988 &\necho Passed: 1\nwait\nsleep 989\n',
  });
  assert.equal(hung.shown, '2 1 1 0 it was ended after 1.0 s, its `timeout`');
  assert.deepEqual(await findSleepers(/^sleep 98[789]$/), []);
});

test('a test that leaves a process behind ends all the same, and the process with it', {
  timeout: 15_000,
}, async () => {
  const { shown } = await run(script, {
    'tests/run.sh': '#!/bin/sh\nsetsid sleep 986 &\nsleep 985 &\necho Passed: 1\nexit 0\n',
  });
  assert.equal(shown, '1 1 0 0 -');
  assert.deepEqual(await findSleepers(/^sleep 98[56]$/), []);
});

test('tests change their copy only, have a home of their own, and see no more than they are given', async () => {
  const { directory, log, shown } = await run(script, {
    'tests/run.sh':
      'echo x > pack.yaml; rm -r actions; echo y > "$HOME/y"; echo z > "$TMPDIR/z"; env | grep -v -e ^PWD= -e ^_= -e ^SHLVL= -e ^OLDPWD= | cut -d= -f1 | sort | tr "\\n" " "\necho Passed: 1\n',
  });
  assert.equal(shown, '1 1 0 0 -');
  assert.match(log, /^ATTUNE_SYNC_COMMAND HOME LANG PATH TMPDIR Passed: 1$/m);
  const { files } = await checksumDirectory(directory);
  assert.deepEqual(
    files.map(({ path }) => path),
    ['actions/hello.sh', 'actions/hello.yaml', 'pack.yaml', 'tests/run.sh'],
  );
  assert.match(await readFile(join(directory, 'pack.yaml'), 'utf8'), /^ref: demo/);
});

test('what tests print of secrets is hidden in the log and in the last lines', async () => {
  const { result, log } = await run(script, { 'tests/run.sh': 'echo it is hush-hush\nexit 1\n' });
  assert.equal(result.suites[0]?.lines, 'it is (secret)');
  assert.doesNotMatch(log, /hush-hush/);
});

test('a runner that replaces the script of the next one keeps nobody waiting', { timeout: 15_000 }, async () => {
  const { result } = await run(
    '{runners: {a: {type: script, entry_point: a.sh}, b: {type: script, entry_point: b.sh, timeout: 1}}}',
    { 'a.sh': 'rm b.sh; mkfifo b.sh\n', 'b.sh': '' },
  );
  assert.equal(result.outcome, 'failed');
});

test('a run that is called off ends the tests and says so', async () => {
  const controller = new AbortController();
  const files = { 'tests/run.sh': 'echo begun; sleep 60\n' };
  const log = {
    file: '',
    note: async () => {},
    begin: async () => ({ write: () => controller.abort(), end: async () => {} }),
  };
  await assert.rejects(run(script, files, { signal: controller.signal, log }), { code: 'aborted' });
});

test('another user runs the tests where one is named, and owns what they write', {
  skip: process.getuid?.() !== 0,
}, async () => {
  const { shown, log } = await run(
    script,
    { 'tests/run.sh': 'id -u; echo x > pack.yaml && touch "$HOME/a" "$TMPDIR/b" && echo Passed: 1\n' },
    { user: { uid: 65534, gid: 65534 } },
  );
  assert.equal(shown, '1 1 0 0 -');
  assert.match(log, /^65534$/m);
});

test('an author’s own .venv and node_modules are used where a directory is tested', async () => {
  const directory = await writePack({
    ...minimalPack(),
    'pack.yaml': `ref: demo\nlabel: x\nversion: 1.0.0\ntesting: ${pytest}\n`,
    'tests/test_demo.py': '',
  });
  await mkdir(join(directory, '.venv/bin'), { recursive: true });
  await writeFile(join(directory, '.venv/bin/pytest'), '#!/bin/sh\necho "== 2 passed in 0.1s =="\n', { mode: 0o755 });
  assert.equal((await runIn(directory)).shown, '2 2 0 0 -');
});

async function findSleepers(pattern: RegExp): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.map((line) => line.replaceAll('\0', ' ').trim()).filter((line) => pattern.test(line));
}
