import assert from 'node:assert/strict';
import { test } from 'node:test';
import { approve } from '../../src/commands/approve.ts';
import { status } from '../../src/commands/status.ts';
import { createFleet, type Fleet, type FleetOptions } from '../support/fleet.ts';
import { createFakeTiming } from './fake-timing.ts';
import { startDaemon } from './start-daemon.ts';

const limit = { timeout: 60_000 };
const minute = { removalDelayMs: 60_000, intervalMs: 3_600_000 };
const bell = (ref: string) => ({ 'triggers/bell.yaml': `ref: ${ref}.bell\nlabel: Bell\n` });

async function createInstalled(sync: FleetOptions['sync'] = minute): Promise<Fleet> {
  const fleet = await createFleet({ sync });
  for (const ref of ['one', 'two']) await fleet.writePack(ref, bell(ref));
  await fleet.apply();
  return fleet;
}

async function installed(fleet: Fleet): Promise<string> {
  return (await fleet.sql<{ ref: string }>('SELECT ref FROM pack ORDER BY ref')).map(({ ref }) => ref).join(' ');
}

test('the daemon shows a removal as blocked until its time is up, then removes the pack', limit, async () => {
  await using fleet = await createInstalled();
  const [stop, timing] = [new AbortController(), createFakeTiming()];
  const daemon = await startDaemon(fleet, stop, timing);
  try {
    await daemon.says(/No changes/);
    const shown = daemon.says(/blocks on .*no longer desired since/);
    await fleet.write({ 'desired/one.yaml': null });
    assert.match(await shown, /no longer desired since 20\d\d-.*Z; removed after 20\d\d-.*Z/);
    assert.equal(await timing.asleep(), 60_000);
    const found = await status(fleet.context, { documents: [], mentioned: ['two'], entries: [], problems: [] });
    const one = found.packs.find(({ ref }) => ref === 'one');
    assert.equal(one?.state, 'blocked');
    assert.match(one?.message ?? '', /no longer desired since .*; removed after .* if it stays so/);

    await timing.pass(59_999);
    assert.equal(await installed(fleet), 'one two');
    const removed = daemon.says(/1 removed/);
    await timing.pass(1);
    await removed;
    assert.equal(await installed(fleet), 'two');
  } finally {
    stop.abort();
    await daemon.ended;
  }
});

test('a document that is back before its time is up was never gone', limit, async () => {
  await using fleet = await createInstalled();
  const [stop, timing] = [new AbortController(), createFakeTiming()];
  const daemon = await startDaemon(fleet, stop, timing);
  try {
    await daemon.says(/No changes/);
    const shown = daemon.says(/blocks on .*no longer desired since/);
    await fleet.write({ 'desired/one.yaml': null });
    await shown;
    await timing.pass(30_000);
    const back = daemon.says(/No changes/);
    await fleet.writePack('one', bell('one'));
    await back;
    assert.ok((await timing.asleep()) > 3_000_000);
    await timing.pass(60_000);
    assert.equal(await installed(fleet), 'one two');
  } finally {
    stop.abort();
    await daemon.ended;
  }
});

test('what a restarted daemon finds missing waits its whole time again', limit, async () => {
  await using fleet = await createInstalled();
  await fleet.write({ 'desired/one.yaml': null });
  for (const run of ['first', 'second']) {
    const [stop, timing] = [new AbortController(), createFakeTiming()];
    const daemon = await startDaemon(fleet, stop, timing);
    try {
      await daemon.says(/blocked/);
      assert.equal(await timing.asleep(), 60_000, run);
      await timing.pass(59_000);
      assert.equal(await installed(fleet), 'one two');
    } finally {
      stop.abort();
      await daemon.ended;
    }
  }
});

test('while git holds its lock on the directory no time runs', limit, async () => {
  await using fleet = await createInstalled();
  await fleet.write({ '.git/index.lock': '', 'desired/one.yaml': null });
  const [stop, timing] = [new AbortController(), createFakeTiming()];
  const daemon = await startDaemon(fleet, stop, timing);
  try {
    await daemon.says(/next look in/);
    assert.equal(await timing.asleep(), 3_600_000);
    await fleet.write({ '.git/index.lock': null });
    const shown = daemon.says(/blocks on .*no longer desired since/);
    await timing.pass(3_600_000);
    await shown;
    assert.equal(await timing.asleep(), 60_000);
    assert.equal(await installed(fleet), 'one two');
  } finally {
    stop.abort();
    await daemon.ended;
  }
});

test('what was approved on the command line, the daemon applies with its next pass', limit, async () => {
  await using fleet = await createInstalled({ removalLimit: { count: 0, percent: 25 }, intervalMs: 30_000 });
  const [stop, timing] = [new AbortController(), createFakeTiming()];
  const daemon = await startDaemon(fleet, stop, timing);
  try {
    await daemon.says(/No changes/);
    const shown = daemon.says(/attune-sync approve [0-9a-f]{12}/);
    await fleet.write({ 'desired/one.yaml': null });
    const id = /approve ([0-9a-f]{12})/.exec(await shown)?.[1] ?? '';
    await timing.asleep();
    await approve(fleet.context, { id, who: 'ada@host', why: 'moved', lockTimeoutMs: 20_000 });
    const removed = daemon.says(/1 removed/);
    const approved = daemon.says(/no longer desired, approved by ada@host \(moved\)/);
    await timing.pass(40_000);
    await Promise.all([approved, removed]);
    assert.equal(await installed(fleet), 'two');
  } finally {
    stop.abort();
    await daemon.ended;
  }
});
