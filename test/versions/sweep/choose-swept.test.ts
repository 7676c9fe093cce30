import assert from 'node:assert/strict';
import { test } from 'node:test';
import { versionPath } from '../../../src/store/paths.ts';
import { chooseSwept, type InstalledOnce, type SweepFacts } from '../../../src/versions/sweep/choose-swept.ts';

const hour = 3_600_000;
const now = 1000 * hour;
const digestOf = (version: number) => String(version).repeat(64);

/** Versions 1 to `count` of a pack: the last is installed, the others were superseded an hour after each other, long ago. */
function versions(count: number, installed = true): InstalledOnce[] {
  return Array.from({ length: count }, (_, index) => ({
    pack: 'jira',
    version: `${index + 1}.0.0`,
    digest: digestOf(index + 1),
    supersededMs: installed && index === count - 1 ? null : 100 * hour + index * hour,
    isNeeded: installed && index === count - 1,
  }));
}

const facts: SweepFacts = {
  nowMs: now,
  keepMs: 72 * hour,
  versions: versions(5),
  runningMs: new Map(),
  links: new Map(),
  directories: new Map(),
};
const path = (version: number) => versionPath('jira', `${version}.0.0`, digestOf(version));
const change = (version: number, more: Partial<InstalledOnce>) =>
  facts.versions.map((row) => (row.version === `${version}.0.0` ? { ...row, ...more } : row));

const cases: readonly (readonly [name: string, more: Partial<SweepFacts>, swept: readonly string[]])[] = [
  ['all but the last three go', {}, ['1.0.0', '2.0.0']],
  ['of three versions none goes', { versions: versions(3) }, []],
  ['of a removed pack all but the last three go too', { versions: versions(5, false) }, ['1.0.0', '2.0.0']],
  ['nothing goes within the time to keep', { nowMs: 101 * hour, keepMs: 72 * hour }, []],
  ['what was superseded just as long ago as it is kept stays', { nowMs: 172 * hour, keepMs: 72 * hour }, []],
  ['a moment later it goes', { nowMs: 172 * hour + 1, keepMs: 72 * hour }, ['1.0.0']],
  [
    'what an execution that began before the switch may use stays',
    { runningMs: new Map([['jira', 101 * hour - 1]]) },
    ['1.0.0'],
  ],
  ['an execution that began before all of them keeps all', { runningMs: new Map([['jira', 99 * hour]]) }, []],
  [
    'one that began between transaction and switch counts as before it',
    { runningMs: new Map([['jira', 100 * hour + 60_000]]) },
    [],
  ],
  ['one of another pack keeps nothing', { runningMs: new Map([['core', 99 * hour]]) }, ['1.0.0', '2.0.0']],
  ['what the current link leads to stays', { links: new Map([['jira', path(1)]]) }, ['2.0.0']],
  ['what a link of a person leads to stays', { links: new Map([['stable', path(2)]]) }, ['1.0.0']],
  ['its own versioned link keeps no version', { links: new Map([['jira-1.0.0', path(1)]]) }, ['1.0.0', '2.0.0']],
  ['what a rollback holds or leads back to stays', { versions: change(1, { isNeeded: true }) }, ['2.0.0']],
  [
    'what is installed again is among the last three',
    { versions: change(1, { supersededMs: null }) },
    ['2.0.0', '3.0.0'],
  ],
];
for (const [name, more, expected] of cases) {
  test(name, () => {
    const { swept, kept } = chooseSwept({ ...facts, ...more });
    assert.deepEqual(
      swept.map(({ version }) => version),
      expected,
    );
    assert.ok(kept.every(({ why }) => why !== ''));
  });
}

test('what nobody recorded is named and never goes, and notes are not taken for it', () => {
  const names = [
    `3.0.0-${digestOf(3).slice(0, 12)}`,
    `3.0.0-${digestOf(3).slice(0, 12)}.files`,
    `3.0.0-${digestOf(3).slice(0, 12)}.changed`,
    'found-jira-20261121T000000000Z',
    'mine',
  ];
  const { swept, unknown } = chooseSwept({ ...facts, versions: versions(3), directories: new Map([['jira', names]]) });
  assert.deepEqual(swept, []);
  assert.deepEqual(
    unknown.map((found) => found.path.slice('.versions/jira/'.length)),
    ['3.0.0-333333333333.changed', 'found-jira-20261121T000000000Z', 'mine'],
  );
});

test('two contents of one version are two versions', () => {
  const rows = facts.versions.map((row) => ({ ...row, version: '1.0.0' }));
  const { swept } = chooseSwept({ ...facts, versions: rows });
  assert.deepEqual(
    swept.map(({ path: found }) => found),
    [`.versions/jira/1.0.0-${digestOf(1).slice(0, 12)}`, `.versions/jira/1.0.0-${digestOf(2).slice(0, 12)}`],
  );
});
