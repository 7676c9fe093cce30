import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPack } from '../../../src/packs/read-pack.ts';
import { minimalPack, type PackFiles, writePack } from '../../support/packs.ts';

const head = 'ref: demo\nlabel: A pack\nversion: 1.0.0\n';

/** `testing` begins in line 4 of pack.yaml. */
async function read(testing: string, more: PackFiles = {}) {
  const files = { 'tests/run.sh': '', 'tests/test_demo.py': '', ...more };
  const { content, problems } = await readPack(
    await writePack({ ...minimalPack(), ...files, 'pack.yaml': `${head}${testing}` }),
  );
  const told = problems.map(({ severity, code, where }) => `${severity} ${code} ${where?.line}:${where?.column}`);
  return { testing: content?.testing, content, problems, told };
}

test('runners are read in the order of the file, with the defaults of Attune', async () => {
  const { testing, told } = await read(`testing:
  enabled: true
  discovery: {method: directory, path: tests}
  result_format: json
  result_path: tests/results/
  runners:
    shell: {type: script, entry_point: ./tests/run.sh, timeout: 60, result_format: simple}
    python: {type: unittest, entry_point: tests/test_demo.py}
    one: {type: pytest, entry_point: "tests/test_demo.py::Test::test_it", result_path: out.json}
    all: {type: unittest, entry_point: tests}
  min_pass_rate: 0.8
  on_failure: warn
`);
  assert.deepEqual(told, []);
  const shared = { results: 'json', resultPath: 'tests/results', timeoutMs: 300_000 };
  const at = (line: number) => ({ where: { file: 'pack.yaml', line, column: 5 } });
  assert.deepEqual(testing, {
    runners: [
      {
        ...shared,
        ...at(10),
        name: 'shell',
        type: 'script',
        entryPoint: 'tests/run.sh',
        timeoutMs: 60_000,
        results: 'simple',
      },
      { ...shared, ...at(11), name: 'python', type: 'unittest', entryPoint: 'tests/test_demo.py' },
      {
        ...shared,
        ...at(12),
        name: 'one',
        type: 'pytest',
        entryPoint: 'tests/test_demo.py::Test::test_it',
        resultPath: 'out.json',
      },
      { ...shared, ...at(13), name: 'all', type: 'unittest', entryPoint: 'tests' },
    ],
    minPassRate: 0.8,
    onFailure: 'warn',
  });
});

test('all must pass, and what fails blocks, where a pack does not say otherwise', async () => {
  const { testing } = await read('testing: {runners: {a: {type: script, entry_point: tests/run.sh}}}\n');
  assert.deepEqual([testing?.minPassRate, testing?.onFailure], [1, 'block']);
});

for (const section of ['', 'testing:\n', 'testing: {enabled: false, runners: {}}\n']) {
  test(`a pack brings no tests by ${JSON.stringify(section)}`, async () => {
    const { content, told } = await read(section);
    assert.ok(content !== null && !('testing' in content));
    assert.deepEqual(told, []);
  });
}

const script = 'type: script, entry_point: tests/run.sh';
const mistakes: readonly (readonly [section: string, ...told: string[]])[] = [
  ['testing: yes please\n', 'error wrong-type 4:10'],
  ['testing:\n  runners: [script]\n', 'error wrong-type 5:12', 'warning test-unusable 4:1'],
  ['testing:\n  runners:\n    a: script\n', 'error wrong-type 6:8'],
  ['testing:\n  runners:\n    a: {entry_point: tests/run.sh}\n', 'error missing-field 6:8'],
  ['testing:\n  runners:\n    a: {type: script}\n', 'error missing-field 6:8'],
  [`testing:\n  runners:\n    a: {${script}, timeout: 0}\n`, 'error invalid-value 6:59'],
  [`testing:\n  runners:\n    a: {${script}, timeout: 1.5}\n`, 'error wrong-type 6:59'],
  [`testing:\n  runners:\n    a: {${script}, timeout: 86401}\n`, 'error invalid-value 6:59'],
  [`testing:\n  runners:\n    a: {${script}}\n  min_pass_rate: 80\n`, 'error invalid-value 7:18'],
  [`testing:\n  runners:\n    a: {${script}}\n  min_pass_rate: "1.0"\n`, 'error wrong-type 7:18'],
  [`testing:\n  runners:\n    a: {${script}}\n  on_failure: stop\n`, 'error invalid-value 7:15'],
  [`testing:\n  runners:\n    a: {${script}}\n  enabled: "yes"\n`, 'error wrong-type 7:12'],
  [`testing:\n  runners:\n    a: {${script}}\n  result_path: ../out\n`, 'error path-outside-pack 7:16'],
  ['testing:\n  runners:\n    a: {type: script, entry_point: ../run.sh}\n', 'error path-outside-pack 6:36'],
  ['testing:\n  runners:\n    a: {type: script, entry_point: /bin/true}\n', 'error path-outside-pack 6:36'],
  ['testing:\n  runners:\n    a: {type: pytest, entry_point: --version}\n', 'error path-outside-pack 6:36'],
  ['testing:\n  runners:\n    a: {type: script, entry_point: ""}\n', 'error path-outside-pack 6:36'],
  ['testing:\n  enabled: true\n', 'warning test-unusable 4:1'],
  ['testing:\n  runners:\n    a: {type: jest, entry_point: tests/run.sh}\n', 'warning test-unusable 6:15'],
  ['testing:\n  runners:\n    a: {type: script, entry_point: tests/no.sh}\n', 'warning test-unusable 6:36'],
  ['testing:\n  runners:\n    a: {type: script, entry_point: tests}\n', 'warning test-unusable 6:36'],
  [`testing:\n  runners:\n    a: {${script}, result_format: tap}\n`, 'warning test-unusable 6:65'],
  [`testing:\n  runners:\n    a: {${script}, retries: 3}\n`, 'warning unknown-field 6:50'],
  [`testing:\n  runners:\n    a: {${script}}\n  parallel: true\n`, 'warning unknown-field 7:3'],
  [`testing:\n  discovery: {method: manifest}\n  runners:\n    a: {${script}}\n`, 'warning test-unusable 5:23'],
];

for (const [section, ...expected] of mistakes) {
  test(`the mistake in ${JSON.stringify(section)} is told with its line and column`, async () => {
    const { told, problems } = await read(section);
    assert.deepEqual(told.toSorted(), expected.toSorted(), JSON.stringify(problems, null, 2));
  });
}

test('what cannot be run is kept with the reason, so that it can count as failed', async () => {
  const { testing, problems } = await read(
    'testing: {runners: {a: {type: pitest, entry_point: tests/no.py}, b: {type: unittest, entry_point: tests/none.py}}}\n',
  );
  assert.deepEqual(
    testing?.runners.map(({ unusable }) => unusable),
    ['no runner of type "pitest" is known', 'there is no file tests/none.py in the pack'],
  );
  assert.equal(problems[0]?.hint, 'Did you mean pytest?');
});

test('all mistakes are told in one reading', async () => {
  const { told } = await read(
    'testing:\n  on_failure: stop\n  min_pass_rate: 2\n  runners:\n    a: {type: script, entry_point: tests/run.sh, timeout: x}\n    b: 1\n',
  );
  assert.deepEqual(told, [
    'error invalid-value 5:15',
    'error invalid-value 6:18',
    'error wrong-type 8:59',
    'error wrong-type 9:8',
  ]);
});
