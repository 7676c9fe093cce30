import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DaemonOptions } from '../../src/daemon/daemon-options.ts';
import { runDaemon } from '../../src/daemon/run-daemon.ts';
import type { Desired } from '../../src/desired/desired.ts';
import { problem, SyncError } from '../../src/errors.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { bareContext } from '../http/http-scene.ts';
import { emptyPlan, packResult, withDaemon } from './daemon-scene.ts';

const limit = { timeout: 20_000 };

function desiredFrom(...paths: readonly string[]): Desired {
  const documents = paths.map((path, index) => ({
    ref: `pack${index}`,
    document: { ref: `pack${index}`, source: { type: 'directory', path }, entry: 'desired' },
  }));
  return { packs: documents, unreadable: [], problems: [], mentioned: [], complete: true, entries: [] } as never;
}

test('a saved document makes a pass without waiting for the interval', limit, () =>
  withDaemon({}, async ({ next, timing, desired }) => {
    (await next()).answer();
    await timing.asleep();
    await writeFile(join(desired, 'core.yaml'), 'kind: Pack\n');
    const { options, answer } = await next();
    assert.equal(options.cause, 'daemon');
    assert.equal(options.targets, undefined);
    answer();
  }),
);

test('a saved file of a directory that a document names as source makes a pass', limit, () =>
  withDaemon({}, async ({ next, timing, directory, lines }) => {
    const source = join(directory, 'packs', 'core');
    await mkdir(source, { recursive: true });
    const first = await next();
    first.options.onDesired?.(desiredFrom(source));
    first.answer();
    await timing.asleep();
    await writeFile(join(source, 'pack.yaml'), 'ref: core\n');
    (await next()).answer();
    assert.ok(lines.includes('info Watching the packs in packs/core.'));
  }),
);

test('many saves during a pass begin no other until it has ended', limit, () =>
  withDaemon({}, async ({ next, waiting, desired }) => {
    const first = await next();
    for (let count = 0; count < 20; count += 1) await writeFile(join(desired, `${count}.yaml`), 'kind: Pack\n');
    assert.equal(waiting(), 0);
    first.answer();
    const { options, answer } = await next();
    assert.equal(options.targets, undefined);
    answer();
  }),
);

test('a pack that may succeed by itself is tried again alone', limit, () =>
  withDaemon({}, async ({ next, timing, lines }) => {
    const why = problem('error', 'remote-timeout', 'The remote did not answer');
    const failed = packResult('jira', { outcome: 'failed', retry: true, problems: [why] });
    (await next()).answer({ outcome: 'failed', packs: [failed, packResult('core')] });
    assert.equal(await timing.asleep(), 750);
    await timing.pass(750);
    const { options, answer } = await next();
    assert.deepEqual(options.targets, ['jira']);
    answer();
    assert.ok(
      lines.includes('error jira failed: The remote did not answer. [remote-timeout] It is tried again in 750 ms.'),
    );
  }),
);

test('a pack that only a change can mend waits for the interval', limit, () =>
  withDaemon({}, async ({ next, timing }) => {
    (await next()).answer({ outcome: 'failed', packs: [packResult('jira', { outcome: 'failed' })] });
    assert.equal(await timing.asleep(), 30_000);
  }),
);

test('each pass says in one line what it did and when the next one is; the same again is for debugging', limit, () =>
  withDaemon({}, async ({ next, timing, lines }) => {
    (await next()).answer({ outcome: 'applied', packs: [packResult('core')], durationMs: 20 });
    await timing.asleep();
    assert.equal(lines.at(-1), 'info Applied 1 pack in 20 ms: 1 installed. Took 0 ms; next look in 30 s.');
    await timing.pass(30_000);
    (await next()).answer();
    await timing.asleep();
    const quiet = 'No changes. 1 pack matches the desired state. Took 0 ms; next look in 30 s.';
    assert.equal(lines.at(-1), `info ${quiet}`);
    await timing.pass(30_000);
    (await next()).answer();
    await timing.asleep();
    assert.equal(lines.at(-1), `debug ${quiet}`);
  }),
);

test('the text of a plan is shown before it is applied, and not again while it stays the same', limit, () => {
  const shown: string[] = [];
  const plan: Plan = { ...emptyPlan, problems: [problem('error', 'broken-document', 'A document is broken.')] };
  return withDaemon({ show: (text) => shown.push(text) }, async ({ next, timing }) => {
    for (const current of [plan, plan, emptyPlan, plan]) {
      (await next()).answer({ outcome: 'failed' }, current);
      await timing.asleep();
      await timing.pass(30_000);
    }
    assert.equal(shown.length, 2);
    assert.match(shown[0] ?? '', /A document is broken/);
  });
});

test('retries of one pack between passes over all do not show the same plans again', limit, () => {
  const shown: string[] = [];
  const planOf = (message: string): Plan => ({ ...emptyPlan, problems: [problem('error', 'unreadable', message)] });
  const packs = [packResult('jira', { outcome: 'unreadable', retry: true })];
  return withDaemon({ show: (text) => shown.push(text) }, async ({ next, timing }) => {
    for (let count = 0; count < 2; count += 1) {
      (await next()).answer({ packs }, planOf('All of it'));
      for (let retry = 0; retry < 2; retry += 1) {
        await timing.pass(await timing.asleep());
        const { options, answer } = await next();
        assert.deepEqual(options.targets, ['jira']);
        answer({ packs }, planOf('Only jira'));
      }
      await timing.pass(30_000);
    }
    assert.equal(shown.length, 2);
  });
});

test('a database that is down at the start is logged with when it is tried next, and the daemon stays', limit, () => {
  let down = 2;
  const closed: string[] = [];
  const openDatabase = async () => {
    if (down-- > 0) throw new SyncError('database-unreachable', 'Nobody answers.', { retry: 'soon' });
    return { close: async () => void closed.push('closed') } as never;
  };
  return withDaemon({ openDatabase }, async ({ next, timing, lines }) => {
    for (const ms of [750, 1500]) {
      assert.equal(await timing.asleep(), ms);
      await timing.pass(ms);
    }
    (await next()).answer();
    assert.deepEqual(
      lines.filter((line) => line.startsWith('error')),
      [
        'error Nobody answers. [database-unreachable] It is tried again in 750 ms.',
        'error Nobody answers. [database-unreachable] It is tried again in 1.5 s.',
      ],
    );
  });
});

test('a database that is lost is opened anew', limit, () =>
  withDaemon({}, async ({ next, timing, database, lines }) => {
    (await next()).fail(new Error('Connection terminated unexpectedly'));
    await timing.pass(await timing.asleep());
    (await next()).answer();
    assert.deepEqual(database, { opened: 2, closed: 1 });
    assert.ok(lines.some((line) => line.startsWith('error Connection terminated unexpectedly')));
  }),
);

test('an error that only a change can mend keeps the database open and waits for the interval', limit, () =>
  withDaemon({}, async ({ next, timing, database }) => {
    (await next()).fail(new SyncError('store-differs', 'The store is another one.'));
    assert.equal(await timing.asleep(), 30_000);
    assert.deepEqual(database, { opened: 1, closed: 0 });
  }),
);

test('it is ready once, after the first pass that did not fail as a whole', limit, () => {
  let ready = 0;
  return withDaemon({ onReady: () => (ready += 1) }, async ({ next, timing }) => {
    (await next()).fail(new Error('not yet'));
    await timing.pass(await timing.asleep());
    assert.equal(ready, 0);
    for (let count = 0; count < 2; count += 1) {
      (await next()).answer();
      await timing.pass(await timing.asleep());
      assert.equal(ready, 1);
    }
  });
});

test('it is not ready where the first pass was called off', limit, async () => {
  let ready = 0;
  await withDaemon({ onReady: () => (ready += 1) }, async ({ next, abort, ended }) => {
    const first = await next();
    abort();
    first.answer({ outcome: 'failed', packs: [packResult('core', { outcome: 'skipped' })] });
    await ended;
  });
  assert.equal(ready, 0);
});

test('a daemon that something beside it keeps from starting does not say that it stopped', async () => {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const taken = new SyncError('port-taken', 'The port is taken.');
  const options: DaemonOptions = {
    who: 'ann@one',
    openDatabase: () => assert.fail('it is opened'),
    reconcile: () => assert.fail('a pass is made'),
    companions: [() => Promise.reject(taken)],
  };
  const context = { ...bareContext, log: { debug: log, info: log, warn: log, error: log } };
  await assert.rejects(runDaemon(context, options), taken);
  assert.deepEqual(lines, []);
});

test('being stopped during a pass waits for it, makes no other, and closes everything', limit, () =>
  withDaemon({}, async ({ next, abort, ended, desired, database, lines, waiting }) => {
    const first = await next();
    await writeFile(join(desired, 'core.yaml'), 'kind: Pack\n');
    abort();
    assert.deepEqual(database, { opened: 1, closed: 0 });
    first.answer({ outcome: 'applied', packs: [packResult('core')], durationMs: 5 });
    await ended;
    assert.equal(waiting(), 0);
    assert.deepEqual(database, { opened: 1, closed: 1 });
    assert.deepEqual(lines.slice(-2), ['info Applied 1 pack in 5 ms: 1 installed. Took 0 ms.', 'info Stopped.']);
  }),
);

test('at the start it says what it watches and how often remotes are looked at', limit, () =>
  withDaemon({}, async ({ next, lines }) => {
    (await next()).answer();
    assert.equal(lines[0], 'info Watching desired; remotes are looked at every 30 s.');
  }),
);
