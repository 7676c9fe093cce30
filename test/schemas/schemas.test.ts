import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { resolvedSchema } from '../../src/config/resolved-schema.ts';
import { isObject } from '../../src/json.ts';
import { compile, createChecker } from '../../src/yaml/check-schema.ts';
import { loadSchema } from '../../src/yaml/load-schema.ts';
import { readYaml } from '../../src/yaml/read-yaml.ts';

const sha = `sha256:${'a'.repeat(64)}`;
const jargon =
  /instancePath|schemaPath|must (NOT|have required|be (string|object|array|integer|boolean|equal))|oneOf|anyOf|additionalProp|pattern|undefined|\[object/;

const checkers = { config: createChecker(resolvedSchema()), desired: createChecker(loadSchema('desired')) };

function check(name: 'config' | 'desired', text: string): string[] {
  const { documents, problems } = readYaml(text, 'f.yaml');
  const found = [...problems, ...documents.flatMap((document) => checkers[name](document, 'f.yaml'))];
  for (const { where, excerpt, message } of found) {
    assert.ok(where?.file === 'f.yaml' && where.line && where.column, message);
    assert.notEqual(excerpt, undefined);
    assert.doesNotMatch(message, jargon);
  }
  return found.map(({ code, message, where, hint }) => {
    return `${where?.line}:${where?.column} ${code} ${message}${hint === undefined ? '' : ` | ${hint}`}`;
  });
}

for (const name of ['config', 'desired'] as const) {
  test(`the schema ${name} compiles in strict mode, and every key has a description`, () => {
    assert.doesNotThrow(() => compile(loadSchema(name)));
    const bare: string[] = [];
    const walk = (schema: unknown, path: string): void => {
      if (!isObject(schema)) return;
      for (const [key, member] of Object.entries((schema.properties ?? {}) as Record<string, unknown>)) {
        if (!isObject(member) || typeof member.description !== 'string') bare.push(`${path}.${key}`);
        walk(member, `${path}.${key}`);
      }
      walk(schema.items, `${path}[]`);
      walk(schema.additionalProperties, `${path}.*`);
      for (const branch of (schema.oneOf ?? []) as unknown[]) walk(branch, path);
    };
    walk(loadSchema(name), name);
    assert.deepEqual(bare, []);
  });
}

test('where an editor checks it, every text of a configuration may hold a variable; only names of hosts may not', () => {
  const strict: string[] = [];
  JSON.stringify(loadSchema('config'), (_, member: unknown) => {
    if (isObject(member) && typeof member.pattern === 'string' && !new RegExp(member.pattern, 'u').test(`x\${Y} `)) {
      strict.push(String(member.patternErrorMessage));
    }
    return member;
  });
  assert.deepEqual(strict, ['must be the name of a host, such as github.com, without scheme and path']);
});

const head = 'name: x\ndesiredState: [{directory: d}]\ndatabase: {embedded: true}\n';
const pack = 'kind: Pack\nref: jira\n';

const rows: readonly (readonly ['config' | 'desired', string, ...string[]])[] = [
  ['config', head],
  [
    'config',
    `${head}packStore: {directory: p, group: g, keep: 500ms}\nsync: {interval: 5m, removalDelay: 0s, removalLimit: {count: 0, components: 3}}\n`,
  ],
  [
    'config',
    `${head}git: {hosts: {github.com: {token: t}, a.b:22: {user: git, key: k, knownHosts: h}, localhost: {inherit: true}}}\n`,
  ],
  [
    'config',
    'database: {}\ndesiredState: []\n',
    '1:1 missing-key name is missing. | Add it, for example: name: examples',
    '2:15 out-of-range desiredState is empty; at least one item is expected.',
  ],
  [
    'config',
    `${head}sync: {intervall: 3s}\n`,
    '4:8 unknown-key The key intervall is not known in sync. | Did you mean interval?',
  ],
  [
    'config',
    'naem: x\ndesiredState: [{directory: d}]\ndatabase: {}\n',
    '1:1 unknown-key The key naem is not known here. | Did you mean name?',
  ],
  [
    'config',
    `${head}sync: {interval: 60}\n`,
    '4:18 wrong-type sync.interval is the number 60; it must be a whole number and a unit (ms, s, m or h). | For example: 30s',
  ],
  [
    'config',
    `${head}sync: {drift: repare}\n`,
    '4:15 not-allowed sync.drift is the text "repare"; one of repair, report is expected. | Did you mean repair?',
  ],
  [
    'config',
    `${head}sync: {prune: "yes", concurrency: 0}\n`,
    '4:15 wrong-type sync.prune is the text "yes"; true or false is expected.',
    '4:35 out-of-range sync.concurrency is the number 0; at least 1 is expected.',
  ],
  [
    'config',
    `${head}sync:\n`,
    '4:6 wrong-type sync is empty; a map is expected. | Add keys below it, or leave it out.',
  ],
  [
    'config',
    `${head}packStore: 3\n`,
    '4:12 wrong-type packStore is the number 3; text or a map is expected. | For example: /opt/attune/packs',
  ],
  [
    'config',
    `${head}git: {transports: [https, https]}\n`,
    '4:27 duplicate-item git.transports has the same item twice.',
  ],
  [
    'config',
    `${head}git: {hosts: {a: {token: 123}}}\n`,
    '4:26 wrong-type git.hosts.a.token is a number to YAML; text is expected. | Quote it.',
  ],
  [
    'config',
    `${head}git: {hosts: {a: {token: x, key: y}, b: {}}}\n`,
    '4:29 conflicting-keys git.hosts.a has token and key; exactly one of token, key, inherit is expected.',
    '4:38 missing-key git.hosts.b needs one of token, key, inherit.',
  ],
  [
    'config',
    `${head}git: {hosts: {a: {token: x, knownHosts: y}}}\n`,
    '4:29 missing-key git.hosts.a.knownHosts needs key beside it.',
  ],
  [
    'config',
    'name: x\ndatabase: {}\ndesiredState: [{directry: d}, a, {git: {url: u, tag: 1.10}}, {}]\n',
    '3:17 unknown-key The key directry is not known in desiredState[0]. | Did you mean directory?',
    '3:31 wrong-type desiredState[1] is the text "a"; a map is expected.',
    '3:54 wrong-type desiredState[2].git.tag is the number 1.10 to YAML; text is expected. | Quote it: "1.10".',
    '3:62 missing-key desiredState[3] needs one of directory, git.',
  ],
  ['config', '- a\n', '1:1 wrong-type The document is a list; a map is expected.'],
  ['desired', `${pack}source: {directory: ../x}\n`],
  [
    'desired',
    `${pack}source: {git: {url: git@h:x.git, branch: feature/x, path: a/b}}\nchecksum: ${sha}\nconfig: {a: {b: [1]}}\nenabled: {jira.x: false}\nprune: false\n`,
  ],
  [
    'desired',
    'ref: jira\nsource: {directory: x}\n',
    '1:1 missing-key kind is missing. | Add it, for example: kind: Pack',
  ],
  [
    'desired',
    'kind: Pak\nref: Jira\nsource: {directory: x}\n',
    '1:7 not-allowed kind is the text "Pak"; Pack is expected. | Did you mean Pack?',
    '2:6 wrong-format ref must have two to a hundred characters: a lower-case letter, then lower-case letters, digits, hyphens or underscores. | For example: jira',
  ],
  [
    'desired',
    'kind: Pack\nref: ../x\nsource: {directory: x}\n',
    '2:6 wrong-format ref must have two to a hundred characters: a lower-case letter, then lower-case letters, digits, hyphens or underscores. | For example: jira',
  ],
  [
    'desired',
    'kind: Pack\nref: true\nsource: {directory: x}\n',
    '2:6 wrong-type ref is the value true to YAML; text is expected. | Quote it: "true".',
  ],
  [
    'desired',
    'kind: Pack\nref:\nsource: {directory: x}\n',
    '2:5 wrong-type ref is empty; text is expected. | For example: jira',
  ],
  ['desired', `${pack}source: {}\n`, '3:1 missing-key source needs one of directory, git.'],
  [
    'desired',
    `${pack}source: {directory: a, git: {url: u}}\n`,
    '3:24 conflicting-keys source has directory and git; exactly one of directory, git is expected.',
  ],
  [
    'desired',
    `${pack}source: {archive: {url: u}}\n`,
    '3:10 not-supported source.archive is not supported by this version; use git or directory.',
  ],
  [
    'desired',
    `${pack}source: {registry: {version: ^1.2}}\n`,
    '3:10 not-supported source.registry is not supported by this version; use git or directory.',
  ],
  [
    'desired',
    `${pack}source: {git: {url: u, semver: ^1.2, tagPrefix: v}}\n`,
    '3:24 not-supported source.git.semver is not supported by this version; name a branch, a tag or a commit.',
    '3:38 not-supported source.git.tagPrefix is not supported by this version.',
  ],
  [
    'desired',
    `${pack}source: {git: {url: u, commit: 0e12}}\n`,
    '3:32 wrong-type source.git.commit is the number 0e12; it must be a full commit id: 40 hexadecimal digits (or 64). | For example: 3f2a9c0d4b5e6f708192a3b4c5d6e7f801234567',
  ],
  [
    'desired',
    `${pack}source: {git: {url: u, commit: abc1234}}\n`,
    '3:32 wrong-format source.git.commit must be a full commit id: 40 hexadecimal digits (or 64). | For example: 3f2a9c0d4b5e6f708192a3b4c5d6e7f801234567',
  ],
  [
    'desired',
    `${pack}source: {git: {url: u, branch: a, tag: b}}\n`,
    '3:15 not-allowed source.git must have at most one of branch, tag and commit.',
  ],
  [
    'desired',
    `${pack}source: {directory: x}\nchecksum: abc\n`,
    `4:11 wrong-format checksum must be sha256: and 64 hexadecimal digits. | For example: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08`,
  ],
  [
    'desired',
    `${pack}source: {directory: x}\nenabled: {jira.x: on, poller: true}\n`,
    '4:19 wrong-type enabled.jira.x is the text "on"; true or false is expected.',
    "4:23 wrong-format The key poller in enabled must be the ref of a component: the pack's ref, a dot and a name.",
  ],
];

for (const [name, text, ...expected] of rows) {
  const title = expected.length === 0 ? 'accepts' : 'refuses, one sentence a mistake,';
  test(`the schema ${name} ${title} ${JSON.stringify(text)}`, () => assert.deepEqual(check(name, text), expected));
}

for (const ref of ['-x', 'a..b', 'a b', 'a~1', 'a^', 'a:b', 'a\\\\b', 'a//b', '/a', 'a/', 'a.lock', 'a@{1}', 'a\\tb']) {
  test(`a branch or tag named ${JSON.stringify(ref)} is refused`, () => {
    for (const key of ['branch', 'tag']) {
      const [found, ...more] = check('desired', `${pack}source: {git: {url: u, ${key}: "${ref}"}}\n`);
      assert.match(found ?? '', /^3:\d+ wrong-format source\.git\.(branch|tag) must be the name of a/);
      assert.deepEqual(more, []);
    }
  });
}

for (const path of ['../x', 'a/../b', '..', '/x', '-x', 'a\\\\b', 'a/..']) {
  test(`a path inside a repository that is ${JSON.stringify(path)} is refused`, () => {
    const [found] = check('desired', `${pack}source: {git: {url: u, path: "${path}"}}\n`);
    assert.match(found ?? '', /source\.git\.path must be a relative path that stays inside the repository\./);
  });
}

test('whatever stands in a file, each mistake is a place and a plain sentence', () => {
  const key = fc.constantFrom(
    'name',
    'kind',
    'ref',
    'source',
    'git',
    'url',
    'sync',
    'hosts',
    'database',
    'desiredState',
    'packStore',
    'enabled',
    'x',
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<unknown>(null, 1, true, 'x', '-', [], {}),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(tree, fc.constantFrom('config', 'desired'), (value, name) => {
      assert.ok(check(name as 'config', JSON.stringify(value)).length > 0);
    }),
    { numRuns: 300, endOnFailure: true },
  );
});
