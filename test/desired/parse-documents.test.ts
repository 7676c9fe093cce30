import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import type { GitRef } from '../../src/config/config.ts';
import type { DocumentBase } from '../../src/desired/document-base.ts';
import { mergeEntries } from '../../src/desired/merge-entries.ts';
import { parseDocuments } from '../../src/desired/parse-documents.ts';
import { Secret } from '../../src/secret.ts';

const commit = 'c'.repeat(40);
const disk: DocumentBase = { type: 'directory', directory: '/ops/desired' };
const git: DocumentBase = { type: 'git', url: 'https://h/ops.git', commit, path: 'attune' };
const parse = (text: string, base: DocumentBase = disk, environment = {}, path = 'team/jira.yaml') =>
  parseDocuments([{ path, text }], { name: 'ops', base }, environment);
const faults = (text: string, base: DocumentBase = disk) =>
  parse(text, base).problems.map(({ code, where, message }) => `${where?.line}:${where?.column} ${code} ${message}`);
const pack = (rest: string) => `kind: Pack\nref: jira\n${rest}`;

test('reads a document in full', () => {
  const text = pack(`source: {git: {url: https://h/j.git, tag: v1, path: ./p/}}
checksum: sha256:${'A'.repeat(64)}
config: {base_url: u, list: [1]}
enabled: {jira.poller: false}
prune: false
`);
  const { documents, problems } = parse(text);
  assert.deepEqual(problems, []);
  const [{ configPlaces, ...document } = assert.fail('no document')] = documents;
  assert.deepEqual(document, {
    ref: 'jira',
    source: { type: 'git', url: 'https://h/j.git', ref: { type: 'tag', tag: 'v1' }, path: 'p' },
    checksum: 'a'.repeat(64),
    config: { base_url: 'u', list: [1] },
    enabled: { 'jira.poller': false },
    prune: false,
    entry: 'ops',
    where: { file: '/ops/desired/team/jira.yaml', line: 2, column: 6 },
  });
  assert.deepEqual(configPlaces?.base_url?.where, { file: '/ops/desired/team/jira.yaml', line: 5, column: 10 });
});

test('of a document that says state: unmanaged only its ref and place count', () => {
  const text = pack('state: unmanaged\nsource: {directory: ../away}\nconfig: {password: {fromEnv: NOT_SET}}\n');
  const { documents, unmanaged, problems, secretFiles } = parse(text);
  assert.deepEqual([documents, problems, secretFiles], [[], [], []]);
  assert.deepEqual(unmanaged, [
    { ref: 'jira', entry: 'ops', where: { file: '/ops/desired/team/jira.yaml', line: 2, column: 6 } },
  ]);
});

test('a document that says state: unmanaged and another of the same pack exclude each other', () => {
  const parsed = parse(`${pack('state: unmanaged\n')}---\n${pack('source: {directory: x}\n')}`);
  const { documents, unmanaged, mentioned, problems } = mergeEntries([parsed]);
  assert.deepEqual([documents, unmanaged, mentioned], [[], [], ['jira']]);
  assert.deepEqual(
    problems.map(({ code, where }) => `${where?.line} ${code}`),
    ['6 duplicate-document'],
  );
  const file = '/ops/desired/team/jira.yaml';
  assert.equal(problems[0]?.hint, `Remove one of the two: the one in ${file}:2:6 or the one in ${file}:6:6.`);
});

test('of ten documents one of which is broken, nine come out', () => {
  for (const broken of [
    'ref: p5\na: b: c\n',
    'kind: Pack\nref: p5\nsource: {directry: x}\n',
    'kind: Pack\n"ref": "p5"\nx: [\n',
  ]) {
    const texts = Array.from({ length: 10 }, (_, index) =>
      index === 5 ? broken : `kind: Pack\nref: p${index}\nsource: {directory: x}\n`,
    );
    const apart = parseDocuments(
      texts.map((text, index) => ({ path: `${index}.yaml`, text })),
      { name: 'e', base: disk },
      {},
    );
    const together = parse(texts.join('---\n'));
    for (const { documents, mentioned, problems } of [apart, together]) {
      assert.deepEqual(
        documents.map(({ ref }) => ref),
        ['p0', 'p1', 'p2', 'p3', 'p4', 'p6', 'p7', 'p8', 'p9'],
      );
      assert.deepEqual(mentioned, ['p5']);
      assert.ok(problems.length > 0);
    }
  }
});

const sources: readonly (readonly [name: string, source: string, base: DocumentBase, expected: object])[] = [
  [
    'a directory beside the document',
    '{directory: ../../packs/jira}',
    disk,
    { type: 'directory', path: '/ops/packs/jira' },
  ],
  ['an absolute directory', '{directory: /packs/jira}', disk, { type: 'directory', path: '/packs/jira' }],
  [
    'a relative repository',
    '{git: {url: ../j.git}}',
    disk,
    { type: 'git', url: '/ops/desired/j.git', ref: { type: 'default' }, path: '' },
  ],
  [
    'a directory of the same commit',
    '{directory: ../../packs/jira}',
    git,
    { type: 'git', url: 'https://h/ops.git', ref: { type: 'commit', commit }, path: 'packs/jira' },
  ],
  [
    'the root of the same commit',
    '{directory: ../..}',
    git,
    { type: 'git', url: 'https://h/ops.git', ref: { type: 'commit', commit }, path: '' },
  ],
];

for (const [name, source, base, expected] of sources) {
  test(`follows ${name}`, () =>
    assert.deepEqual(parse(pack(`source: ${source}\n`), base).documents[0]?.source, expected));
}

const ranges: readonly (readonly [string, GitRef])[] = [
  ['semver: ^1.2', { type: 'semver', range: '^1.2', prefix: '' }],
  ['semver: ">=1.2, <3", tagPrefix: jira-', { type: 'semver', range: '>=1.2, <3', prefix: 'jira-' }],
];
for (const [text, ref] of ranges) {
  test(`follows the tags in ${text}`, () =>
    assert.deepEqual(parse(pack(`source: {git: {url: "https://h/x.git", ${text}}}\n`)).documents[0]?.source, {
      type: 'git',
      url: 'https://h/x.git',
      ref,
      path: '',
    }));
}

const wrong: readonly (readonly [name: string, text: string, base: DocumentBase, ...faults: string[]])[] = [
  [
    'a directory that leaves the repository',
    pack('source: {directory: ../../../x}\n'),
    git,
    '3:21 outside-repository source.directory leaves the repository.',
  ],
  [
    'a range that is none',
    pack('source: {git: {url: "https://h/x.git", semver: latest}}\n'),
    git,
    '3:48 invalid-range source.git.semver is "latest", which is no range of versions.',
  ],
  [
    'a prefix of tags without a range',
    pack('source: {git: {url: "https://h/x.git", tagPrefix: v}}\n'),
    git,
    '3:51 missing-key source.git.tagPrefix means nothing without source.git.semver.',
  ],
  [
    'an absolute directory from git',
    pack('source: {directory: /x}\n'),
    git,
    '3:21 outside-repository source.directory is an absolute path, but this document lies in a git repository.',
  ],
  [
    'a relative repository from git',
    pack('source: {git: {url: ../x}}\n'),
    git,
    '3:21 invalid-url source.git.url is a relative path, but this document lies in a git repository.',
  ],
  [
    'credentials in a URL',
    pack('source: {git: {url: "https://a:hunter2@h/x"}}\n'),
    disk,
    '3:21 invalid-url source.git.url holds credentials; give them under git.hosts in the configuration.',
  ],
  [
    'a switch of another pack',
    pack('source: {directory: x}\nenabled: {vault.x: true}\n'),
    disk,
    '4:11 foreign-ref The key vault.x in enabled is not a component of this pack; its ref begins with jira.',
  ],
  [
    'an unset variable',
    pack('source: {directory: x}\nconfig: {a: {fromEnv: NOPE}}\n'),
    disk,
    '4:23 unset-variable The environment variable NOPE is not set.',
  ],
  [
    'a reference with more beside it',
    pack('source: {directory: x}\nconfig: {a: {fromEnv: A, b: 1}}\n'),
    disk,
    '4:23 conflicting-keys config.a has fromEnv and b; fromEnv or fromFile stands alone.',
  ],
  [
    'a reference to no name',
    pack('source: {directory: x}\nconfig: {a: {fromEnv: 3}}\n'),
    disk,
    '4:23 wrong-type config.a.fromEnv must be the name of a variable.',
  ],
  [
    'a relative secret file from git',
    pack('source: {directory: x}\nconfig: {a: {fromFile: s}}\n'),
    git,
    '4:24 outside-repository config.a.fromFile is a relative path, but this document lies in a git repository.',
  ],
  [
    'mistakes of several kinds at once',
    pack('source: {git: {url: x}}\nenabled: {vault.x: true}\nprunee: 1\n'),
    disk,
    '3:21 invalid-url source.git.url is neither a URL nor a path that begins with /, ./ or ../.',
    '4:11 foreign-ref The key vault.x in enabled is not a component of this pack; its ref begins with jira.',
    '5:1 unknown-key The key prunee is not known here.',
  ],
  ['a misspelt source', pack('suorce: {directory: x}\n'), disk, '3:1 unknown-key The key suorce is not known here.'],
];

test('a misspelt ref is the only fault of its document, whatever hangs on the ref', () =>
  assert.deepEqual(faults('kind: Pack\nreff: jira\nsource: {directory: x}\nenabled: {jira.poller: true}\n'), [
    '2:1 unknown-key The key reff is not known here.',
  ]));

for (const [name, text, base, ...expected] of wrong) {
  test(`refuses ${name}`, () => {
    assert.deepEqual(faults(text, base), expected);
    const { documents, mentioned, problems } = parse(text, base);
    assert.deepEqual([documents, mentioned], [[], ['jira']]);
    assert.ok(!JSON.stringify(problems).includes('hunter2'));
  });
}

test('secrets are concealed by name, by variable and by file, and print nowhere', () => {
  const text = pack(`source: {directory: x}
config:
  password: hunter2
  url: {fromEnv: URL}
  deep: {credentials: {user: hunter2, pin: {fromEnv: URL}}, plain: 1}
  cert: {fromFile: ../cert.pem}
`);
  const { documents, secretFiles } = parse(text, disk, { URL: 'hunter2' });
  const config = documents[0]?.config as Record<string, Secret>;
  assert.equal(config.password?.reveal(), 'hunter2');
  assert.equal(config.url?.reveal(), 'hunter2');
  assert.ok(config.cert instanceof Secret);
  assert.deepEqual(
    secretFiles.map(({ file, path }) => [file, path]),
    [['/ops/desired/cert.pem', ['cert']]],
  );
  assert.ok(!inspect(documents, { depth: 9 }).includes('hunter2') && !JSON.stringify(documents).includes('hunter2'));
});

test('of two documents with one ref neither is used, and both places are named', () => {
  const one = parseDocuments(
    [{ path: 'a.yaml', text: pack('source: {directory: x}\n') }],
    { name: 'a', base: disk },
    {},
  );
  const two = parseDocuments(
    [{ path: 'sub/b.yaml', text: `# b\n${pack('source: {directory: y}\n')}` }],
    { name: 'b', base: disk },
    {},
  );
  const other = parse('kind: Pack\nref: vault\nsource: {directory: x}\n');
  const { documents, mentioned, problems } = mergeEntries([one, two, other]);
  assert.deepEqual(
    documents.map(({ ref }) => ref),
    ['vault'],
  );
  assert.deepEqual(mentioned, ['jira']);
  assert.equal(problems.length, 1);
  assert.deepEqual(problems[0]?.where, { file: '/ops/desired/sub/b.yaml', line: 3, column: 6 });
  assert.equal(
    problems[0]?.message,
    'The pack jira has another document at /ops/desired/a.yaml:2:6; neither of them is used.',
  );
});
