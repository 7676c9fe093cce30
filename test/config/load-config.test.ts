import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { inspect } from 'node:util';
import { loadConfig, parseConfig } from '../../src/config/load-config.ts';
import { SyncError } from '../../src/errors.ts';

const file = '/etc/sync/attune.config.yaml';
const head = 'name: x\ndesiredState: [{directory: d}]\n';
const database = 'database: {embedded: true}\n';
const parse = (text: string, environment = {}) => parseConfig(text, file, environment);
const faults = (text: string, environment = {}) =>
  parse(text, environment).problems.map(
    ({ code, where, message }) => `${where?.line}:${where?.column} ${code} ${message}`,
  );

test('fills defaults, absolute paths and milliseconds', () => {
  const { config, problems } = parse(`${head}${database}`);
  assert.deepEqual(problems, []);
  assert.deepEqual(config, {
    file,
    name: 'x',
    desiredState: [{ type: 'directory', name: 'd', directory: '/etc/sync/d' }],
    database: { schema: 'attune', type: 'embedded' },
    stateDir: '/etc/sync/.attune',
    packStore: { directory: '/etc/sync/.attune/packs', keepMs: 72 * 3_600_000 },
    git: { transports: ['https', 'ssh'], timeoutMs: 60_000, hosts: {} },
    environments: { build: 'here', timeoutMs: 900_000, variables: {} },
    tests: 'pack',
    history: { keepMs: 90 * 24 * 3_600_000 },
    sync: {
      intervalMs: 30_000,
      prune: true,
      removalDelayMs: 60_000,
      drainMs: null,
      removalLimit: { count: 5, percent: 25 },
      drift: 'repair',
      concurrency: 4,
    },
  });
});

test('is frozen through and through', () => {
  const { config } = parse(`${head}${database}`);
  assert.throws(() => Object.assign(config?.sync.removalLimit ?? {}, { count: 9 }), TypeError);
  assert.ok(Object.isFrozen(config?.desiredState[0]));
});

test('reads git entries, hosts and the pack store', () => {
  const text = `name: x\n${database}desiredState:
  - git: {url: https://h/ops.git, branch: main, path: ./a//b/}
  - git: {url: ../ops, commit: ${'A'.repeat(40)}}
git: {transports: [https, file], hosts: {GitHub.com: {token: t0ken}, h: {user: git, key: k, knownHosts: /kh}}}
packStore: {directory: ../p, group: g, keep: 1h}
`;
  const { config } = parse(text);
  assert.deepEqual(config?.desiredState, [
    {
      type: 'git',
      name: 'https://h/ops.git//a/b',
      url: 'https://h/ops.git',
      ref: { type: 'branch', branch: 'main' },
      path: 'a/b',
    },
    { type: 'git', name: '../ops', url: '/etc/ops', ref: { type: 'commit', commit: 'a'.repeat(40) }, path: '' },
  ]);
  assert.equal(config?.git.hosts['github.com']?.token?.reveal(), 't0ken');
  assert.equal(config?.git.hosts.h?.key, '/etc/sync/k');
  assert.deepEqual(config?.packStore, { directory: '/etc/p', group: 'g', keepMs: 3_600_000 });
});

test('reads how environments are built and tests count, variables as secrets', () => {
  const text = `${head}${database}environments:
  build: workers
  directory: ../environments
  timeout: 90s
  runAs: attune-build
  variables: { PIP_INDEX_URL: '\${INDEX}', PIP_NO_INDEX: '1' }
tests: report
`;
  const { config } = parse(text, { INDEX: 'https://ann:hunter2@pypi.example.com/simple' });
  assert.ok(config !== null && !JSON.stringify(config).includes('hunter2'));
  const { variables, ...rest } = config.environments;
  assert.deepEqual(rest, {
    build: 'workers',
    directory: '/etc/environments',
    timeoutMs: 90_000,
    runAs: 'attune-build',
  });
  assert.deepEqual(
    Object.entries(variables).map(([name, value]) => [name, value.reveal()]),
    [
      ['PIP_INDEX_URL', 'https://ann:hunter2@pypi.example.com/simple'],
      ['PIP_NO_INDEX', '1'],
    ],
  );
  assert.equal(config.tests, 'report');
});

test('replaces variables in values only, and keeps what came from them secret', () => {
  const text = `${head}database: {url: '\${DB}'}\nstateDir: a\${X}b$\${X}\n`;
  const { config } = parse(text, { DB: 'postgres://u:hunter2@h/d', X: '-' });
  assert.equal(config?.stateDir, `/etc/sync/a-b\${X}`);
  assert.ok(config?.database.type === 'url');
  assert.equal(config.database.url.reveal(), 'postgres://u:hunter2@h/d');
  assert.ok(!inspect(config, { depth: 9 }).includes('hunter2') && !JSON.stringify(config).includes('hunter2'));
});

test('a value from the environment that is wrong is never quoted', () => {
  const { problems } = parse(`${head}database: {url: '\${DB}'}\n`, { DB: 'mysql://hunter2' });
  assert.equal(problems[0]?.code, 'wrong-format');
  assert.equal(problems[0]?.hint, 'Check what the environment variable DB holds.');
  assert.ok(!JSON.stringify(problems).includes('hunter2'));
});

for (const [url, isAddress] of [
  ['postgres://u:hunter%2F2@h:5432/d', true],
  ['postgresql://u@[::1]:5432/d?sslmode=require', true],
  ['postgres:///d?host=/run/postgresql', true],
  ['postgres://u:hunt@er2@h/d', true],
  ['postgres://u:hunt/er2@h:5432/d', false],
  ['postgres://u:hunt@x/er2@h:5432/d', false],
  ['postgres://u:hunt?er2@h/d', false],
  ['postgres://u:hunt#er2@h/d', false],
  ['postgres://u:hunt er2@h/d', false],
  ['postgres://h:port/d', false],
  ['attune', false],
] as const) {
  test(`${url} is ${isAddress ? 'an' : 'no'} address of a database`, () => {
    const { config, problems } = parse(`${head}database: {url: '\${DB}'}\n`, { DB: url });
    assert.deepEqual(
      problems.map(({ code }) => code),
      isAddress ? [] : ['wrong-format'],
    );
    assert.equal(config !== undefined && config !== null, isAddress);
    assert.doesNotMatch(JSON.stringify(problems), /hunt|er2/);
  });
}

const rows: readonly (readonly [name: string, text: string, ...faults: string[]])[] = [
  ['an empty file', '', '1:1 empty-file The configuration is empty.'],
  [
    'a second document',
    `${head}${database}---\na: 1\n`,
    '5:1 several-documents The configuration is one YAML document; a second one begins here.',
  ],
  [
    'no database at all',
    `${head}database: {}\n`,
    '3:1 missing-key database has neither url nor embedded: true; exactly one is expected.',
  ],
  [
    'embedded: false alone',
    `${head}database: {embedded: false}\n`,
    '3:1 missing-key database has neither url nor embedded: true; exactly one is expected.',
  ],
  [
    'both databases',
    `${head}database: {embedded: true, url: postgres://h/d}\n`,
    '3:12 conflicting-keys database has both url and embedded: true; exactly one is expected.',
  ],
  [
    'an unset variable',
    `${head}${database}stateDir: \${NOPE}/x\n`,
    '4:11 unset-variable The environment variable NOPE is not set.',
  ],
  [
    'an inherited name as variable',
    `${head}${database}stateDir: \${constructor}\n`,
    '4:11 unset-variable The environment variable constructor is not set.',
  ],
  [
    'what is no variable',
    `${head}${database}stateDir: \${9 x}\n`,
    `4:11 invalid-variable \${9 x} does not name an environment variable.`,
  ],
  [
    'an interval that no timer can hold',
    `${head}${database}sync: {interval: 999h}\n`,
    '4:18 out-of-range sync.interval is longer than 24 days (576h).',
  ],
  [
    'our own schema as Attune’s',
    `${head}database: {embedded: true, schema: attune_sync}\n`,
    "3:36 wrong-format database.schema must be a plain name of a schema in lower case, and neither attune_sync nor one of PostgreSQL's own.",
  ],
  [
    'one directory twice',
    `name: x\ndesiredState: [{directory: a}, {directory: ./a/}]\n${database}`,
    '2:32 duplicate-entry desiredState[1] is the same directory as desiredState[0] (line 2).',
  ],
  [
    'a directory inside another',
    `name: x\ndesiredState: [{directory: a}, {directory: a/b}]\n${database}`,
    '2:32 duplicate-entry desiredState[1] lies inside desiredState[0] (line 2).',
  ],
  [
    'one name twice',
    `name: x\ndesiredState: [{directory: a, name: n}, {directory: b, name: n}]\n${database}`,
    '2:41 duplicate-entry desiredState[1] has the same name as desiredState[0] (line 2): n.',
  ],
  [
    'credentials in a URL',
    `name: x\ndesiredState: [{git: {url: 'https://me:hunter2@h/x'}}]\n${database}`,
    '2:28 invalid-url desiredState[0].git.url holds credentials; give them under git.hosts in the configuration.',
  ],
  [
    'a transport that is not named',
    `name: x\ndesiredState: [{git: {url: ../x}}]\n${database}`,
    '2:28 transport-refused desiredState[0].git.url needs the transport file, which git.transports in the configuration does not name.',
  ],
  [
    'a token over plain http',
    `name: x\ndesiredState: [{git: {url: http://h/x}}]\n${database}git: {transports: [http], hosts: {h: {token: t}}}\n`,
    '2:28 transport-refused desiredState[0].git.url is plain http, over which the token for h would travel unencrypted.',
  ],
  [
    'a build command without an end',
    `${head}${database}environments: {timeout: 999h}\n`,
    '4:25 out-of-range environments.timeout is longer than 24 days (576h).',
  ],
  [
    'environments that are linked below the pack store',
    `${head}${database}packStore: p\nenvironments: {directory: p/environments}\n`,
    '5:27 overlapping-directories environments.directory lies inside packStore; only links to environments belong into it.',
  ],
  [
    'environments that are linked above the pack store',
    `${head}${database}packStore: /opt/attune/packs\nenvironments: {directory: /opt/attune}\n`,
    '5:27 overlapping-directories environments.directory contains packStore; only links to environments belong into it.',
  ],
  [
    'environments that are linked in the state directory itself',
    `${head}${database}stateDir: s\npackStore: p\nenvironments: {directory: ./s/}\n`,
    '6:27 overlapping-directories environments.directory is the same directory as stateDir; only links to environments belong into it.',
  ],
  [
    'variables that the build decides itself',
    `${head}${database}environments: {variables: {HOME: /root, Npm_Config_ignore_scripts: 'false', PATH: /usr/bin}}\n`,
    '4:28 reserved-variable environments.variables.HOME is decided by the build itself.',
    '4:41 reserved-variable environments.variables.Npm_Config_ignore_scripts is decided by the build itself.',
  ],
  [
    'a policy on tests that nobody knows',
    `${head}${database}tests: maybe\n`,
    '4:8 not-allowed tests is the text "maybe"; one of pack, report, off is expected.',
  ],
  [
    'tests that are to be off, written as what is no word in YAML, once',
    `${head}${database}tests: false\n`,
    '4:8 not-allowed tests is the value false; one of pack, report, off is expected.',
  ],
  [
    'no time at all for a command',
    `${head}${database}environments: {timeout: 0s}\n`,
    '4:25 wrong-format environments.timeout must be a whole number above 0 and a unit (ms, s, m or h).',
  ],
  [
    'environments that are linked among documents',
    `${head}${database}environments: {directory: d/environments}\n`,
    '4:27 overlapping-directories environments.directory lies inside desiredState[0]; only links to environments belong into it.',
  ],
  [
    'environments that are linked where documents are',
    `${head}${database}environments: {directory: d}\n`,
    '4:27 overlapping-directories environments.directory is the same directory as desiredState[0]; only links to environments belong into it.',
  ],
  [
    'environments that are linked above documents',
    `name: x\ndesiredState: [{directory: d/e}]\n${database}environments: {directory: d}\n`,
    '4:27 overlapping-directories environments.directory contains desiredState[0]; only links to environments belong into it.',
  ],
  [
    'mistakes in several parts at once',
    `name: X\ndesiredState: [{directory: a}, {directory: a}]\ndatabase: {}\nsync: 3\n`,
    '1:7 wrong-format name must begin with a lower-case letter and hold only lower-case letters, digits and hyphens, 63 at most.',
    '2:32 duplicate-entry desiredState[1] is the same directory as desiredState[0] (line 2).',
    '3:1 missing-key database has neither url nor embedded: true; exactly one is expected.',
    '4:7 wrong-type sync is the number 3; a map is expected.',
  ],
];

for (const [name, text, ...expected] of rows) {
  test(`refuses ${name}`, () => {
    assert.equal(parse(text).config, null);
    assert.deepEqual(faults(text), expected);
    assert.ok(!JSON.stringify(parse(text).problems).includes('hunter2'));
  });
}

const hints: readonly (readonly [text: string, hint: RegExp])[] = [
  ['tests: false', /^Write off, without quotes/],
  ['tests: skip', / off: not run\./],
  ['tests: on', / off: not run\./],
  ['tests: rapport', /^Did you mean report\?$/],
  ['environments: never', /^Write environments: \{ build: never \}$/],
  ['environments: {build: no}', / never: nobody does\.$/],
  [`stateDir: \${NOPE}/x`, /^Set NOPE where attune-sync is started, or have CREDENTIALS_DIRECTORY name .* a file NOPE/],
];
for (const [text, hint] of hints) {
  test(`says what could be meant by ${text}`, () => {
    const found = parse(`${head}${database}${text}\n`).problems;
    assert.equal(found.length, 1);
    assert.match(found[0]?.hint ?? '', hint);
  });
}

test('says how a transport is allowed', () => {
  const text = `name: x\ndesiredState: [{git: {url: "file:///srv/r.git"}}]\n${database}`;
  const hints = parse(text).problems.map(({ hint }) => hint);
  assert.deepEqual(hints, ['To allow it, write git: { transports: [https, ssh, file] }.']);
});

test('shows a variable that is not set, and hides a value whole', () => {
  const variable = '{NOPE}';
  const line = `environments: {variables: {TOKEN: "$${variable}", API_KEY: "hunter2}, x" }, timeout: 0s}`;
  const shown = parse(`${head}${database}${line}\n`).problems.map(({ excerpt }) => excerpt);
  assert.ok(shown.length > 1);
  for (const excerpt of shown)
    assert.match(
      excerpt ?? '',
      /^environments: \{variables: \{TOKEN: "\$\{NOPE\}", API_KEY: \(secret\)\** \}, timeout: 0s\}$/,
    );
});

test('a link that leads the environments of workers among documents is found', async (t) => {
  const directory = await scene(t);
  await mkdir(join(directory, 'd'));
  await symlink('d', join(directory, 'link'));
  await writeFile(join(directory, 'attune.config.yaml'), `${head}${database}environments: {directory: link/x}\n`);
  await assert.rejects(loadConfig({ startDirectory: directory, environment: {} }), (error) => {
    assert.ok(error instanceof SyncError);
    return /^environments\.directory lies inside desiredState\[0\]/.test(error.problems[0]?.message ?? '');
  });
});

async function scene(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'config-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

test('is searched upwards, or named relative to where one stands', async (t) => {
  const directory = await scene(t);
  await mkdir(join(directory, 'a/b'), { recursive: true });
  await writeFile(join(directory, 'attune.config.yaml'), `${head}${database}`);
  const found = await loadConfig({ startDirectory: join(directory, 'a/b'), environment: {} });
  assert.equal(found.config.file, join(directory, 'attune.config.yaml'));
  const named = await loadConfig({
    file: '../attune.config.yaml',
    startDirectory: join(directory, 'a'),
    environment: {},
  });
  assert.equal(named.config.file, found.config.file);
});

test('a missing file, and every mistake of one, are thrown as one error', async (t) => {
  const directory = await scene(t);
  const missing = { file: 'nope.yaml', startDirectory: directory, environment: {} };
  await assert.rejects(loadConfig(missing), (error) => {
    assert.ok(error instanceof SyncError);
    assert.match(error.problems[0]?.hint ?? '', /^Check --config/);
    return error.code === 'config-not-found';
  });
  await writeFile(join(directory, 'c.yaml'), `${head}database: {}\nsync: 3\n`);
  await assert.rejects(loadConfig({ ...missing, file: 'c.yaml' }), (error) => {
    assert.ok(error instanceof SyncError);
    assert.equal(error.message, 'c.yaml has 2 mistakes.');
    return error.problems.length === 2;
  });
  await writeFile(join(directory, 'c.yaml'), Buffer.from([0x61, 0xff]));
  await assert.rejects(loadConfig({ ...missing, file: 'c.yaml' }), (error) => {
    return error instanceof SyncError && error.problems[0]?.code === 'invalid-utf8';
  });
});

test('a link that leads the environments of workers into the pack store is found', async (t) => {
  const directory = await scene(t);
  await mkdir(join(directory, 'store'));
  await symlink('store', join(directory, 'link'));
  const more = 'packStore: store\nenvironments: {directory: link/environments}\n';
  await writeFile(join(directory, 'attune.config.yaml'), `${head}${database}${more}`);
  await assert.rejects(loadConfig({ startDirectory: directory, environment: {} }), (error) => {
    assert.ok(error instanceof SyncError);
    const [found] = error.problems;
    assert.deepEqual([found?.code, found?.where?.line], ['overlapping-directories', 5]);
    return /^environments\.directory lies inside packStore/.test(found?.message ?? '');
  });
});

test('a file where a directory is wanted, or above it, is named with the line that wants it', async (t) => {
  const directory = await scene(t);
  await writeFile(join(directory, 'taken'), '');
  const codes = async (more: string) => {
    await writeFile(join(directory, 'attune.config.yaml'), `${head}${database}${more}`);
    return loadConfig({ startDirectory: directory, environment: {} }).then(
      () => [],
      (error: SyncError) => error.problems.map(({ code, where, message }) => `${where?.line} ${code} ${message}`),
    );
  };
  const cannot = (name: string, path: string, which: string) =>
    `${name}: ${join(directory, path)} cannot be a directory, because ${which} is a file.`;
  const above = join(directory, 'taken');
  assert.deepEqual(await codes('stateDir: taken/state\n'), [
    `4 disk-not-a-directory ${cannot('stateDir', 'taken/state', above)}`,
  ]);
  assert.deepEqual(await codes('stateDir: new/state\npackStore: taken\n'), [
    `5 disk-not-a-directory ${cannot('packStore', 'taken', 'it')}`,
  ]);
  assert.deepEqual(await codes('stateDir: taken/a\npackStore: { directory: taken/b/c }\n'), [
    `4 disk-not-a-directory ${cannot('stateDir', 'taken/a', above)}`,
    `5 disk-not-a-directory ${cannot('packStore.directory', 'taken/b/c', above)}`,
  ]);
  assert.deepEqual(await codes('environments: { directory: taken/e }\n'), [
    `4 disk-not-a-directory ${cannot('environments.directory', 'taken/e', above)}`,
  ]);
  assert.deepEqual(await codes('stateDir: .\npackStore: not/there\n'), []);
});
