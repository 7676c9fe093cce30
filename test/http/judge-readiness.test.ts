import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DaemonState, LastPass } from '../../src/daemon/daemon-state.ts';
import { keepState } from '../../src/daemon/keep-state.ts';
import type { Database } from '../../src/database/database.ts';
import { judgeReadiness, judgeState } from '../../src/http/judge-readiness.ts';
import { createHttpScene } from './http-scene.ts';

const now = new Date('2026-11-21T12:00:00Z');
const ago = (ms: number) => new Date(now.getTime() - ms);
const pass = { cause: 'interval' } as const;
const failed: LastPass = { pass, report: { again: 'soon', error: new Error('away'), durationMs: 1 }, endedAt: now };
const leading = { role: 'leader', lastWholeAt: ago(1000), nextLookAt: ago(-29_000) } as const;

const cases: readonly [name: string, change: Partial<DaemonState>, codes: readonly string[]][] = [
  ['a leader whose last pass went well', leading, []],
  ['a leader in its first pass', { role: 'leader', pass: { pass, startedAt: ago(10) } }, ['starting']],
  ['a leader whose last pass failed as a whole', { ...leading, last: failed }, ['pass-failed']],
  ['a leader whose pass is a little late', { ...leading, nextLookAt: ago(59_000) }, []],
  ['a leader whose pass never came', { ...leading, nextLookAt: ago(61_000) }, ['pass-overdue']],
  ['a leader in a long build', { ...leading, pass: { pass, startedAt: ago(840_000) }, nextLookAt: null }, []],
  ['a leader stuck', { ...leading, pass: { pass, startedAt: ago(846_000) }, nextLookAt: null }, ['pass-stuck']],
  ['one that stands by', { role: 'standby' }, []],
  ['one that does not know yet', { role: 'starting' }, ['starting']],
  ['one whose database is away', { role: 'starting', databaseAwaySince: ago(1000) }, ['database-away']],
  ['one that stops', { ...leading, role: 'stopping' }, ['stopping']],
];

for (const [name, change, codes] of cases) {
  test(`readiness of ${name}`, async () => {
    await using scene = await createHttpScene();
    const state = { ...keepState(() => now).read(), ...change };
    const found = judgeState(state, scene.view.context.config, now).map(({ code }) => code);
    assert.deepEqual(found, codes);
  });
}

test('one that stands by is ready where its database answers', async () => {
  const database = { knex: { raw: async () => ({}) } } as unknown as Database;
  await using near = await createHttpScene({ openDatabase: async () => database });
  near.setState({ role: 'standby' });
  assert.deepEqual(await judgeReadiness(near.view), []);
  await using away = await createHttpScene();
  away.setState({ role: 'standby' });
  const found = await away.server.inject('/readyz');
  assert.equal(found.statusCode, 503);
  assert.deepEqual(found.json().reasons, [{ code: 'database-away', message: 'The database does not answer.' }]);
});

test('who led until its database went away says so, and since when', async () => {
  await using scene = await createHttpScene();
  scene.setState({ role: 'starting', databaseAwaySince: now });
  const found = await scene.server.inject('/readyz');
  assert.equal(found.statusCode, 503);
  assert.deepEqual(found.json().reasons, [
    { code: 'database-away', message: 'The database has been away since 2026-11-21 12:00:00Z.' },
  ]);
});

test('a process lives however its passes go, and tools may ask by HEAD', async () => {
  await using scene = await createHttpScene();
  scene.setState({ last: failed });
  assert.equal((await scene.server.inject('/healthz')).statusCode, 200);
  assert.equal((await scene.server.inject({ method: 'HEAD', url: '/healthz' })).statusCode, 200);
  assert.equal((await scene.server.inject({ method: 'HEAD', url: '/readyz' })).statusCode, 503);
});
