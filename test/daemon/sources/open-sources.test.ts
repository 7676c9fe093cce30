import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSources } from '../../../src/daemon/sources/open-sources.ts';
import { loadDesired } from '../../../src/desired/load-desired.ts';
import { createEvents } from '../../../src/events/create-events.ts';
import { createTestContext, gitDocument, tinyPack } from '../../support/desired.ts';
import { createRemote, temporaryDirectory, writeFiles } from '../../support/git.ts';
import { createManualClock } from './manual-clock.ts';

test('a remote that fails is told once with when it is tried next, its pack too, and its return once', async (t) => {
  const directory = await temporaryDirectory(t);
  const one = await createRemote(directory, tinyPack('one'), 'one');
  await writeFiles(directory, { 'desired/one.yaml': gitDocument('one', one.url) });
  await rename(one.path, `${one.path}.away`);
  const stop = new AbortController();
  const context = createTestContext(directory, { signal: stop.signal });
  const events = createEvents({ now: context.now, onError: (error) => assert.fail(String(error)) });
  const states: number[] = [];
  const sources = openSources(context, {
    timing: createManualClock(),
    events,
    onNews() {},
    onStates: () => states.push(sources.states().filter(({ failing }) => failing !== null).length),
  });
  t.after(async () => {
    stop.abort();
    await sources.close();
  });
  const reading = sources.beginReading();
  const desired = await loadDesired(context, { staging: join(directory, 'staging'), remotes: reading.remotes });
  sources.read(reading, desired, true);
  assert.equal(sources.waitsFor('one'), true);
  assert.equal(sources.retryOf('one')?.attempts, 1);
  // It fails again, and alike: that is no news.
  await sources.askFor({ by: 'api', who: 'test', refs: ['one'] });
  await rename(`${one.path}.away`, one.path);
  await sources.askFor({ by: 'webhook', who: 'test', urls: [one.url] });
  assert.equal(sources.waitsFor('one'), false);
  assert.deepEqual(
    events.since(0).map(({ type }) => type),
    ['source-failed', 'source-recovered'],
  );
  assert.deepEqual(states, [1, 0]);
  const said = context.lines.filter((line) => /is tried again|answers again/.test(line));
  assert.equal(said.length, 2);
  assert.match(said[0] ?? '', /\[git-not-found\] It is tried again in \d/);
});
