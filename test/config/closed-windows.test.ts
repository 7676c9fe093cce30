import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findScheduleFault, listClosed } from '../../src/config/closed-windows.ts';
import type { SyncWindow } from '../../src/config/config.ts';

const hourMs = 3_600_000;
const weekend: SyncWindow = {
  kind: 'deny',
  schedule: '0 18 * * 5',
  durationMs: 62 * hourMs,
  timeZone: 'Europe/Berlin',
  reason: 'weekend',
};
const nights: SyncWindow = { kind: 'allow', schedule: '0 22 * * *', durationMs: 4 * hourMs, timeZone: 'UTC' };

function closed(windows: readonly SyncWindow[], at: string): readonly string[] {
  return listClosed(windows, new Date(at)).map(
    ({ packs, reason, until }) => `${packs?.join(' ') ?? 'all'}: ${reason} until ${until?.toISOString()}`,
  );
}

const table: readonly (readonly [string, readonly SyncWindow[], string, readonly string[]])[] = [
  ['a second before it begins', [weekend], '2026-11-20T16:59:59Z', []],
  ['at the very second it begins', [weekend], '2026-11-20T17:00:00Z', ['all: weekend until 2026-11-23T07:00:00.000Z']],
  ['at the very second it ends', [weekend], '2026-11-23T07:00:00Z', []],
  // Summer time ends on the night before 2026-10-25: 18:00 is 16:00 UTC.
  ['over the end of summer time', [weekend], '2026-10-23T16:00:00Z', ['all: weekend until 2026-10-26T06:00:00.000Z']],
  ['inside one that allows', [nights], '2026-11-21T23:00:00Z', []],
  [
    'outside of all that allow',
    [nights, { ...nights, schedule: '0 12 * * *', durationMs: hourMs }],
    '2026-11-21T14:00:00Z',
    ['all: outside of 0 22 * * * UTC and 0 12 * * * UTC until 2026-11-21T22:00:00.000Z'],
  ],
  [
    'one that denies inside one that allows',
    [nights, { ...weekend, packs: ['net-*'] }],
    '2026-11-21T23:00:00Z',
    ['net-*: weekend until 2026-11-23T07:00:00.000Z'],
  ],
  [
    'windows for other packs do not open these',
    [
      { ...nights, packs: ['jira'] },
      { ...nights, packs: ['core'], schedule: '0 12 * * *' },
    ],
    '2026-11-21T13:00:00Z',
    ['jira: outside of 0 22 * * * UTC until 2026-11-21T22:00:00.000Z'],
  ],
  [
    'one that begins again before it ends',
    [{ ...weekend, schedule: '0 0 1,2 12 *', durationMs: 30 * hourMs, timeZone: 'UTC', reason: 'freeze' }],
    '2026-12-01T10:00:00Z',
    ['all: freeze until 2026-12-03T06:00:00.000Z'],
  ],
];

for (const [name, windows, at, expected] of table) {
  test(`windows, ${name}`, () => assert.deepEqual(closed(windows, at), expected));
}

test('one that begins each minute and never ends is told of soon, not after seconds', () => {
  const began = performance.now();
  for (const durationMs of [60_000, hourMs, 24 * hourMs]) {
    const always = { ...weekend, schedule: '* * * * *', durationMs };
    const [found] = listClosed([always], new Date('2026-11-21T13:00:00Z'));
    assert.ok(found?.until != null && found.until > new Date('2026-11-21T17:00:00Z'), String(found?.until));
  }
  assert.ok(performance.now() - began < 5000, 'no pass may wait for that');
});

test('a schedule that never begins, and a time zone that is none, are told apart', () => {
  assert.equal(findScheduleFault('0 18 * * 5', 'Europe/Berlin'), null);
  assert.equal(findScheduleFault('0 25 * * *', 'UTC'), 'schedule');
  assert.equal(findScheduleFault('0 0 30 2 *', 'UTC'), 'schedule');
  assert.equal(findScheduleFault('0 18 * * 5', 'Mars/Olympus'), 'time-zone');
});
