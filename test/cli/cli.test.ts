import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { cliArguments } from '../support/cli-arguments.ts';
import { minimalPack, writePack } from '../support/packs.ts';

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The command line as a child process without a terminal, in an environment with nothing but PATH. */
function run(args: readonly string[], given: { cwd?: string; env?: Record<string, string> } = {}): Promise<Ended> {
  const env = { PATH: process.env.PATH ?? '', ...given.env };
  const child = spawn(process.execPath, [...cliArguments(), ...args], {
    cwd: given.cwd ?? tmpdir(),
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code) => resolve({ code, out, err }));
  });
}

const verbs = [
  'plan',
  'apply',
  'daemon',
  'approve',
  'validate',
  'status',
  'migrate',
  'export',
  'pack',
  'pack list',
  'pack show',
  'pack log',
  'pack remove',
  'pack transfer',
  'pack checksum',
  'forget',
  'preserved',
  'preserved list',
  'preserved show',
  'preserved restore',
  'preserved drop',
  'store',
  'store claim',
  'store sweep',
  'rollback',
  'history',
  'override',
  'override list',
  'override drop',
  'runtimes',
  'runtimes list',
  'runtimes verify',
  'doctor',
  'completion',
];

test('--help of every verb has a sentence, the options of every verb, and an example of that verb', async () => {
  const pages = await Promise.all(verbs.map((verb) => run([...verb.split(' '), '--help'])));
  for (const [index, { code, out, err }] of pages.entries()) {
    const verb = verbs[index] ?? '';
    assert.equal(code, 0, verb);
    assert.equal(err, '', verb);
    assert.match(out, new RegExp(`^Usage: attune-sync ${verb} `));
    assert.match(out, /^ {2}--config <file>/m, verb);
    assert.match(out, new RegExp(`Examples:\\n {2}\\$ attune-sync ${verb}`), verb);
  }
});

test('the help tells the exit codes', async () => {
  const { out } = await run(['--help']);
  assert.match(out, /Exit codes:\n {2}0 .*\n {2}1 .*\n {2}2 .*\n {2}3 /);
});

test('the version is that of the package', async () => {
  const { code, out } = await run(['--version']);
  assert.equal(code, 0);
  assert.match(out, /^\d+\.\d+\.\d+\n$/);
});

for (const [name, args, message] of [
  [
    'what is typed wrong is an error like any other',
    ['pack', 'lst'],
    /^error {2}attune-sync pack: unknown command 'lst' \[unknown-verb\]\n {2}hint {2}Did you mean `attune-sync pack list`\?.*\n\n1 error\n$/,
  ],
  ['a path that is not there is named', ['pack', 'checksum', 'nowhere'], /nowhere does not exist.*\[path-missing\]/],
  ['a configuration that is not there is named', ['plan', '--config', 'no.yaml'], /no\.yaml does not exist/],
] as const) {
  test(`${name}, with exit code 1 and nothing on standard output`, async () => {
    const { code, out, err } = await run(args);
    assert.match(err, message);
    assert.equal(code, 1);
    assert.equal(out, '');
  });
}

test('without a verb the help goes to standard error, with exit code 1', async () => {
  const { code, out, err } = await run([]);
  assert.equal(code, 1);
  assert.equal(out, '');
  assert.match(err, /^Usage: attune-sync/);
});

test('pack checksum prints the framed checksum of a directory and the plain one of a file, in each format', async () => {
  const directory = await writePack({ 'nested/file.txt': 'fixture\n' });
  const framed = 'sha256:e9837162383488cb9b187ea585ce8963634d7d04f75abeb0c43d5456de0d6b13';
  const plain = `sha256:${createHash('sha256').update('fixture\n').digest('hex')}`;
  const text = await run(['pack', 'checksum', '.'], { cwd: directory });
  assert.deepEqual(text, { code: 0, out: `${framed}  .\n`, err: '' });
  const json = await run(['pack', 'checksum', '.', '--output', 'json'], { cwd: directory });
  assert.deepEqual(JSON.parse(json.out), { checksum: framed, path: '.', type: 'directory' });
  const yaml = await run(['pack', 'checksum', '.', '-o', 'yaml'], { cwd: directory });
  assert.deepEqual(parse(yaml.out), JSON.parse(json.out));
  const file = await run(['pack', 'checksum', 'nested/file.txt'], { cwd: directory });
  assert.equal(file.out, `${plain}  nested/file.txt\n`);
});

test('validate exits with 0 for a sound pack and with 1 for an invalid one, problems on standard output', async () => {
  const sound = await writePack(minimalPack());
  const good = await run(['validate', sound]);
  assert.equal(good.code, 0, good.out + good.err);
  assert.match(good.out, /^Valid: .*1 pack/m);
  const invalid = await writePack(minimalPack('demo', { 'actions/hello.sh': null, 'pack.yaml': 'ref: demo\n' }));
  const bad = await run(['validate', invalid]);
  assert.equal(bad.code, 1);
  assert.match(bad.out, /^pack\.yaml|pack\.yaml:\d+/m);
  assert.match(bad.out, /^Looked at 1 pack\.$/m);
  const json = await run(['validate', invalid, '-o', 'json']);
  assert.equal(json.code, 1);
  assert.equal(JSON.parse(json.out).problems[0].severity, 'error');
});

test('every problem of the configuration is shown, and a secret of the environment in none', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'cli-'));
  await writeFile(
    join(directory, 'attune.config.yaml'),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what the configuration file itself replaces
    'name: Examples\nnonsense: 1\ndesiredState: []\ndatabase: { url: "${SECRET_URL}" }\n',
  );
  const env = { SECRET_URL: 'postgres://ann:canary-4711@127.0.0.1:1/none' };
  const { code, err } = await run(['plan'], { cwd: directory, env });
  assert.equal(code, 1);
  assert.match(err, /attune\.config\.yaml:1:\d+/);
  assert.match(err, /attune\.config\.yaml:2:\d+/);
  assert.doesNotMatch(err, /canary/);
});

test('a database that is down is one error of every command, its password in no line', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'cli-'));
  await writeFile(
    join(directory, 'attune.config.yaml'),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what the configuration file itself replaces
    'name: examples\ndesiredState: [{ directory: . }]\ndatabase: { url: "${SECRET_URL}" }\n',
  );
  const env = { SECRET_URL: 'postgres://ann:canary-4711@127.0.0.1:1/none' };
  const commands = [['plan'], ['apply', '--yes'], ['status'], ['migrate', '--status'], ['pack', 'list']];
  for (const args of commands) {
    const { code, out, err } = await run([...args, '--log-level', 'debug'], { cwd: directory, env });
    assert.equal(code, 1, `${args} ${err}`);
    assert.equal(out, '');
    assert.match(err, /database-unreachable/, `${args}`);
    assert.doesNotMatch(err, /canary/, `${args}`);
  }
});

test('where log lines are JSON, errors are too', async () => {
  for (const [args, expected, message] of [
    [['plan', '--config', 'no.yaml'], 'config-not-found', /no\.yaml/],
    [['plan', '--confg', 'no.yaml'], 'unknown-option', /--confg/],
  ] as const) {
    const { code, err } = await run([...args, '--log-format', 'json']);
    assert.equal(code, 1);
    const line = JSON.parse(err);
    assert.equal(line.code, expected);
    assert.match(line.msg, message);
  }
});

test('a reader that goes away early is no error', async () => {
  const child = spawn(process.execPath, [...cliArguments(), '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let err = '';
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  assert.equal(err, '');
  assert.equal(code, 0);
});
