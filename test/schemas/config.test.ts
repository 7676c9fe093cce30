import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkText } from './check-text.ts';

const head = 'name: x\ndesiredState: [{directory: d}]\ndatabase: {embedded: true}\n';

const rows: readonly (readonly [string, ...string[]])[] = [
  [head],
  [
    `${head}packStore: {directory: p, group: g, keep: 500ms}\nsync: {interval: 5m, removalDelay: 0s, removalLimit: {count: 0, components: 3}}\n`,
  ],
  [`${head}sync: {drain: wait}\n`],
  [`${head}sync: {drain: 24h}\n`],
  [
    `${head}sync: {drain: 0s}\n`,
    '4:15 wrong-format sync.drain must be wait, or a whole number and a unit (ms, s, m or h). | For example: wait',
  ],
  [
    `${head}git: {hosts: {github.com: {token: t}, a.b:22: {user: git, key: k, knownHosts: h}, localhost: {inherit: true}}}\n`,
  ],
  [
    `${head}sync: {windows: [{kind: deny, schedule: 0 0 * * *, duration: 23h59m}]}\n`,
    '4:62 wrong-format sync.windows[0].duration must be one whole number above 0 and one unit (m, h or d), such as 1439m for 23 h 59 min. | For example: 62h',
  ],
  [
    'database: {}\ndesiredState: []\n',
    '1:1 missing-key name is missing. | Add it, for example: name: examples',
    '2:15 out-of-range desiredState is empty; at least one item is expected.',
  ],
  [
    `${head}sync: {intervall: 3s}\n`,
    '4:8 unknown-key The key intervall is not known in sync. | Did you mean interval?',
  ],
  [
    'naem: x\ndesiredState: [{directory: d}]\ndatabase: {}\n',
    '1:1 unknown-key The key naem is not known here. | Did you mean name?',
  ],
  [
    `${head}sync: {interval: 60}\n`,
    '4:18 wrong-type sync.interval is the number 60; it must be a whole number above 0 and a unit (ms, s, m or h). | For example: 30s',
  ],
  [
    `${head}sync: {drift: repare}\n`,
    '4:15 not-allowed sync.drift is the text "repare"; one of repair, report is expected. | Did you mean repair?',
  ],
  [
    `${head}sync: {prune: "yes", concurrency: 0}\n`,
    '4:15 wrong-type sync.prune is the text "yes"; true or false is expected.',
    '4:35 out-of-range sync.concurrency is the number 0; at least 1 is expected.',
  ],
  [`${head}sync:\n`, '4:6 wrong-type sync is empty; a map is expected. | Add keys below it, or leave it out.'],
  [
    `${head}packStore: 3\n`,
    '4:12 wrong-type packStore is the number 3; text or a map is expected. | For example: /opt/attune/packs',
  ],
  [`${head}git: {transports: [https, https]}\n`, '4:27 duplicate-item git.transports has the same item twice.'],
  [
    `${head}git: {hosts: {a: {token: 123}}}\n`,
    '4:26 wrong-type git.hosts.a.token is a number to YAML; text is expected. | Quote it.',
  ],
  [
    `${head}git: {hosts: {a: {token: x, key: y}, b: {}}}\n`,
    '4:29 conflicting-keys git.hosts.a has token and key; exactly one of token, key, inherit is expected.',
    '4:38 missing-key git.hosts.b needs one of token, key, inherit.',
  ],
  [
    `${head}git: {hosts: {a: {token: x, knownHosts: y}}}\n`,
    '4:29 missing-key git.hosts.a.knownHosts needs key beside it.',
  ],
  [
    'name: x\ndatabase: {}\ndesiredState: [{directry: d}, a, {git: {url: u, tag: 1.10}}, {}]\n',
    '3:17 unknown-key The key directry is not known in desiredState[0]. | Did you mean directory?',
    '3:31 wrong-type desiredState[1] is the text "a"; a map is expected.',
    '3:54 wrong-type desiredState[2].git.tag is the number 1.10 to YAML; text is expected. | Quote it: "1.10".',
    '3:62 missing-key desiredState[3] needs one of directory, git.',
  ],
  ['- a\n', '1:1 wrong-type The document is a list; a map is expected.'],
];

for (const [text, ...expected] of rows) {
  const title = expected.length === 0 ? 'accepts' : 'refuses, one sentence a mistake,';
  test(`the schema config ${title} ${JSON.stringify(text)}`, () =>
    assert.deepEqual(checkText('config', text), expected));
}
