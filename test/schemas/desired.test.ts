import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkText } from './check-text.ts';

const sha = `sha256:${'a'.repeat(64)}`;
const pack = 'kind: Pack\nref: jira\n';

const rows: readonly (readonly [string, ...string[]])[] = [
  [`${pack}source: {directory: ../x}\n`],
  [
    `${pack}source: {git: {url: git@h:x.git, branch: feature/x, path: a/b}}\nchecksum: ${sha}\nconfig: {a: {b: [1]}}\nenabled: {jira.x: false}\nprune: false\n`,
  ],
  [`${pack}state: unmanaged\n`],
  [`${pack}state: unmanaged\nsource: {directory: x}\nprune: false\n`],
  [`${pack}state: managed\nsource: {directory: x}\n`],
  [
    `${pack}state: managed\n`,
    "1:1 missing-key source is missing. | Where the pack's content comes from: a directory or a git repository.",
  ],
  [
    `${pack}state: unmanged\n`,
    "1:1 missing-key source is missing. | Where the pack's content comes from: a directory or a git repository.",
    '3:8 not-allowed state is the text "unmanged"; one of managed, unmanaged is expected. | Did you mean unmanaged?',
  ],
  ['ref: jira\nsource: {directory: x}\n', '1:1 missing-key kind is missing. | Add it, for example: kind: Pack'],
  [
    'kind: Pak\nref: Jira\nsource: {directory: x}\n',
    '1:7 not-allowed kind is the text "Pak"; Pack is expected. | Did you mean Pack?',
    '2:6 wrong-format ref must have two to a hundred characters: a lower-case letter, then lower-case letters, digits, hyphens or underscores. | For example: jira',
  ],
  [
    'kind: Pack\nref: ../x\nsource: {directory: x}\n',
    '2:6 wrong-format ref must have two to a hundred characters: a lower-case letter, then lower-case letters, digits, hyphens or underscores. | For example: jira',
  ],
  [
    'kind: Pack\nref: true\nsource: {directory: x}\n',
    '2:6 wrong-type ref is the value true to YAML; text is expected. | Quote it: "true".',
  ],
  ['kind: Pack\nref:\nsource: {directory: x}\n', '2:5 wrong-type ref is empty; text is expected. | For example: jira'],
  [`${pack}source: {}\n`, '3:1 missing-key source needs one of directory, git.'],
  [
    `${pack}source: {directory: a, git: {url: u}}\n`,
    '3:24 conflicting-keys source has directory and git; exactly one of directory, git is expected.',
  ],
  [
    `${pack}source: {archive: {url: u}}\n`,
    '3:10 not-supported source.archive is not supported by this version; use git or directory.',
  ],
  [
    `${pack}source: {registry: {version: ^1.2}}\n`,
    '3:10 not-supported source.registry is not supported by this version; use git or directory.',
  ],
  [
    `${pack}source: {git: {url: u, semver: 1.10, tagPrefix: -x}}\n`,
    '3:32 wrong-type source.git.semver is the number 1.10 to YAML; text is expected. | Quote it: "1.10".',
    '3:49 wrong-format source.git.tagPrefix must be the beginning of a tag as git allows it. | For example: jira-',
  ],
  [
    `${pack}source: {git: {url: u, semver: ^1.2, branch: main}}\n`,
    '3:15 not-allowed source.git must have at most one of branch, tag, commit and semver.',
  ],
  [
    `${pack}source: {git: {url: u, commit: 0e12}}\n`,
    '3:32 wrong-type source.git.commit is the number 0e12; it must be a full commit id: 40 hexadecimal digits (or 64). | For example: 3f2a9c0d4b5e6f708192a3b4c5d6e7f801234567',
  ],
  [
    `${pack}source: {git: {url: u, commit: abc1234}}\n`,
    '3:32 wrong-format source.git.commit must be a full commit id: 40 hexadecimal digits (or 64). | For example: 3f2a9c0d4b5e6f708192a3b4c5d6e7f801234567',
  ],
  [
    `${pack}source: {git: {url: u, branch: a, tag: b}}\n`,
    '3:15 not-allowed source.git must have at most one of branch, tag, commit and semver.',
  ],
  [
    `${pack}source: {directory: x}\nchecksum: abc\n`,
    `4:11 wrong-format checksum must be sha256: and 64 hexadecimal digits. | For example: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08`,
  ],
  [
    `${pack}source: {directory: x}\nenabled: {jira.x: on, poller: true}\n`,
    '4:19 wrong-type enabled.jira.x is the text "on"; true or false is expected.',
    "4:23 wrong-format The key poller in enabled must be the ref of a component: the pack's ref, a dot and a name.",
  ],
];

for (const [text, ...expected] of rows) {
  const title = expected.length === 0 ? 'accepts' : 'refuses, one sentence a mistake,';
  test(`the schema desired ${title} ${JSON.stringify(text)}`, () =>
    assert.deepEqual(checkText('desired', text), expected));
}

for (const ref of ['-x', 'a..b', 'a b', 'a~1', 'a^', 'a:b', 'a\\\\b', 'a//b', '/a', 'a/', 'a.lock', 'a@{1}', 'a\\tb']) {
  test(`a branch or tag named ${JSON.stringify(ref)} is refused`, () => {
    for (const key of ['branch', 'tag']) {
      const [found, ...more] = checkText('desired', `${pack}source: {git: {url: u, ${key}: "${ref}"}}\n`);
      assert.match(found ?? '', /^3:\d+ wrong-format source\.git\.(branch|tag) must be the name of a/);
      assert.deepEqual(more, []);
    }
  });
}

for (const path of ['../x', 'a/../b', '..', '/x', '-x', 'a\\\\b', 'a/..']) {
  test(`a path inside a repository that is ${JSON.stringify(path)} is refused`, () => {
    const [found] = checkText('desired', `${pack}source: {git: {url: u, path: "${path}"}}\n`);
    assert.match(found ?? '', /source\.git\.path must be a relative path that stays inside the repository\./);
  });
}
