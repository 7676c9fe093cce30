import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseNeverInstalled, type PublishedDirectory } from '../../../src/versions/sweep/choose-never-installed.ts';

const hour = 3_600_000;
const path = '.versions/jira/1.0.0-111111111111';
const published: PublishedDirectory = { path, publishedMs: 100 * hour, isUntouched: true, isNeeded: false };
const facts = { nowMs: 200 * hour, keepMs: 72 * hour, published: [published], linked: [] as readonly string[] };

const cases: readonly (readonly [name: string, more: Partial<typeof facts>, found: 'goes' | 'waits' | 'not ours'])[] = [
  ['an old version that no run recorded goes', {}, 'goes'],
  ['a young one waits', { nowMs: 110 * hour }, 'waits'],
  ['one that is just as old as it is kept waits', { nowMs: 172 * hour }, 'waits'],
  ['a moment later it goes', { nowMs: 172 * hour + 1 }, 'goes'],
  ['within an hour it waits, whatever is kept', { nowMs: 101 * hour, keepMs: 0 }, 'waits'],
  ['after an hour it goes where nothing is kept', { nowMs: 101 * hour + 1, keepMs: 0 }, 'goes'],
  ['what somebody touched is not ours', { published: [{ ...published, isUntouched: false }] }, 'not ours'],
  ['what an inventory or a rollback names is not ours', { published: [{ ...published, isNeeded: true }] }, 'not ours'],
  ['what a link leads to is not ours', { linked: [path] }, 'not ours'],
  ['what a link leads into is not ours', { linked: [`${path}/actions`] }, 'not ours'],
  ['a link to another version of like name keeps nothing', { linked: [`${path}2`] }, 'goes'],
];
for (const [name, more, expected] of cases) {
  test(name, () => {
    const [found] = chooseNeverInstalled({ ...facts, ...more });
    assert.equal(found === undefined ? 'not ours' : found.goes ? 'goes' : 'waits', expected);
    assert.match(found?.why ?? 'never installed', /^never installed/);
  });
}
