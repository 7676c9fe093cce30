import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { askLook, askState } from '../../../src/control/ask-leader.ts';
import { formatMessage } from '../../../src/control/format-message.ts';
import type { ControlMessage } from '../../../src/control/message.ts';
import type { Channel } from '../../../src/control/open-channel.ts';
import { parseMessage } from '../../../src/control/parse-message.ts';
import type { DaemonState } from '../../../src/daemon/daemon-state.ts';
import type { LookAnswer, LookRequest } from '../../../src/daemon/daemon-view.ts';
import { keepState } from '../../../src/daemon/keep-state.ts';
import { passOn, serveChannel } from '../../../src/daemon/leader/serve-channel.ts';
import { problem, SyncError } from '../../../src/errors.ts';
import { createRedactor } from '../../../src/redactor.ts';
import { Secret } from '../../../src/secret.ts';
import { packResult } from '../daemon-scene.ts';

const canary = 'canary-77b1e0';
const when = new Date('2026-11-21T12:00:00Z');
const never = new AbortController().signal;
const patience = { hearMs: 20, waitMs: 1000, signal: never };
const request = { manager: 'ops', by: 'command', who: 'eve@here' } as const;

/** All that is sent is heard by all, as through Postgres. */
function createLoop(): Channel & { readonly sent: ControlMessage[] } {
  const listeners = new Set<(message: ControlMessage) => void>();
  const sent: ControlMessage[] = [];
  return {
    sent,
    async send(message) {
      const heard = parseMessage(formatMessage(message));
      assert.ok(heard !== null);
      sent.push(heard);
      for (const listener of [...listeners]) listener(heard);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function serve(channel: Channel, answer: LookAnswer, state: Partial<DaemonState> = {}) {
  const asked: LookRequest[] = [];
  const redactor = createRedactor();
  redactor.know(new Secret(canary));
  const stop = serveChannel(channel, {
    manager: 'ops',
    who: 'ann@one',
    redactor,
    state: () => ({ ...keepState(() => when).read(), ...state }),
    async requestLook(given) {
      asked.push(given);
      return answer;
    },
    onError: (error) => assert.fail(String(error)),
  });
  return { asked, stop };
}

test('a problem of a document is told with its place', async () => {
  const channel = createLoop();
  const where = { file: 'packs/jira.yaml', line: 4, column: 7 };
  const problems = [problem('error', 'yaml-syntax', 'A list is not closed.', { where })];
  const packs = [packResult('jira', { outcome: 'unreadable', problems })];
  serve(channel, { outcome: 'failed', packs, run: null });
  const look = await askLook(channel, request, patience);
  assert.ok(look.type === 'looked');
  assert.equal(look.answer.packs[0]?.problems[0]?.message, 'packs/jira.yaml:4:7: A list is not closed.');
});

test('who asked for some packs is told which of their remotes failed, and who asked for all, of every one', async () => {
  const fails = (url: string) => {
    const failing = { attempts: 2, retryAt: when, problem: problem('error', 'git-missing', `${canary} is gone.`) };
    return { url, askedAt: when, failing };
  };
  const herald = { ref: 'herald', document: { source: { type: 'git', url: 'https://git.example/herald.git' } } };
  const desired = { packs: [herald], unreadable: [], mentioned: [] } as unknown as DaemonState['desired'];
  const sources = [fails('https://git.example/herald.git'), fails('https://git.example/other.git')];
  const ask = async (refs: readonly string[]) => {
    const channel = createLoop();
    serve(channel, { outcome: 'unchanged', packs: [], run: null }, { desired, sources });
    const look = await askLook(channel, { ...request, ...(refs.length === 0 ? {} : { refs }) }, patience);
    assert.ok(look.type === 'looked');
    return look.answer.sources;
  };
  const [found] = (await ask(['herald'])) ?? [];
  assert.deepEqual(found, {
    url: 'https://git.example/herald.git',
    attempts: 2,
    at: when.toISOString(),
    message: '(secret) is gone.',
  });
  assert.equal((await ask(['herald']))?.length, 1);
  assert.equal((await ask([]))?.length, 2);
});

test('who leads says that it heard, and then how the pass ended: first what was asked for, then what is in trouble', async () => {
  const channel = createLoop();
  const packs = [
    packResult('jira'),
    packResult('core', { outcome: 'failed', problems: [problem('error', 'broken', `It has ${canary} in it.`)] }),
    packResult('slack'),
  ];
  const { asked } = serve(channel, { outcome: 'failed', packs, run: '12' });
  const look = await askLook(channel, { ...request, refs: ['slack'] }, patience);
  assert.deepEqual(asked, [{ by: 'command', who: 'eve@here', refs: ['slack'] }]);
  assert.ok(look.type === 'looked');
  assert.deepEqual(
    look.answer.packs.map(({ ref }) => ref),
    ['slack', 'core', 'jira'],
  );
  assert.equal(look.answer.run, '12');
  assert.ok(!JSON.stringify(channel.sent).includes(canary));
});

test('what is asked of another manager is not answered', async () => {
  const channel = createLoop();
  const { asked } = serve(channel, { outcome: 'unchanged', packs: [], run: null });
  assert.deepEqual(await askLook(channel, { ...request, manager: 'dev' }, patience), { type: 'unheard' });
  assert.equal(await askState(channel, 'dev', { waitMs: 20, signal: never }), null);
  assert.deepEqual(asked, []);
});

test('who leads no longer answers nothing', async () => {
  const channel = createLoop();
  serve(channel, { outcome: 'unchanged', packs: [], run: null }).stop();
  assert.deepEqual(await passOn(channel, 'ops', { by: 'api', who: 'eve' }, AbortSignal.timeout(20)), {
    outcome: 'not-done',
    why: 'no daemon leads, or it does not answer',
  });
});

test('its state says what it is at, which packs it tries again and which remotes do not answer', async () => {
  const channel = createLoop();
  const failing = { attempts: 2, retryAt: when, problem: problem('error', 'remote-timeout', `It said ${canary}.`) };
  serve(
    channel,
    { outcome: 'unchanged', packs: [], run: null },
    {
      pass: { pass: { cause: 'retry', targets: ['jira'] }, startedAt: when },
      retries: new Map([['jira', { attempts: 3, at: when }]]),
      sources: [
        { url: 'https://example.com/a.git', askedAt: when, failing },
        { url: 'https://example.com/b.git', askedAt: when, failing: null },
      ],
    },
  );
  const state = await askState(channel, 'ops', { waitMs: 1000, signal: never });
  const at = when.toISOString();
  assert.deepEqual(state?.pass, { cause: 'retry', since: at, targets: 1 });
  assert.deepEqual(state.retries, [{ ref: 'jira', attempts: 3, at }]);
  assert.deepEqual(state.sources, [
    { url: 'https://example.com/a.git', attempts: 2, at, message: 'It said (secret).' },
  ]);
});

test('its state says why the last pass could not be done', async () => {
  const channel = createLoop();
  const error = new SyncError('unknown-user', `There is no user ${canary}.`);
  const report = { again: 'on-change', error, durationMs: 1 } as const;
  const last = { pass: { cause: 'interval' }, report, endedAt: when } as const;
  serve(channel, { outcome: 'unchanged', packs: [], run: null }, { last });
  const state = await askState(channel, 'ops', { waitMs: 1000, signal: never });
  assert.deepEqual(state?.failed, [{ severity: 'error', code: 'unknown-user', message: 'There is no user (secret).' }]);
});

test('a request that is passed on gives what the leader answers, or why there is no answer', async () => {
  const asked = { by: 'webhook', who: 'github' } as const;
  for (const [answer, given] of [
    [
      { outcome: 'unchanged', packs: [], run: null },
      { outcome: 'unchanged', packs: [], run: null, more: 0 },
    ],
    [
      { outcome: 'not-done', why: 'the daemon stopped' },
      { outcome: 'not-done', why: 'the daemon stopped' },
    ],
  ] as const) {
    const channel = createLoop();
    serve(channel, answer);
    assert.deepEqual(await passOn(channel, 'ops', asked, never), given);
  }
  const broken: Channel = { send: () => Promise.reject(new Error('gone')), subscribe: () => () => {} };
  assert.equal((await passOn(broken, 'ops', asked, never)).outcome, 'not-done');
});

test('whoever floods the channel is answered in part, and others are answered after that', async () => {
  const channel = createLoop();
  let end = (_: LookAnswer) => {};
  const pass = new Promise<LookAnswer>((resolve) => {
    end = resolve;
  });
  let asked = 0;
  serveChannel(channel, {
    manager: 'ops',
    who: 'ann@one',
    redactor: createRedactor(),
    state: () => keepState(() => when).read(),
    requestLook: () => {
      asked += 1;
      return pass;
    },
    onError: (error) => assert.fail(String(error)),
  });
  for (let n = 0; n < 5000; n++) await channel.send({ type: 'look', id: `flood-${n}`, ...request });
  assert.ok(asked < 1000, String(asked));
  assert.ok((await askState(channel, 'ops', { waitMs: 1000, signal: never })) !== null);
  end({ outcome: 'unchanged', packs: [], run: null });
  await pass;
  await setImmediate();
  assert.equal((await askLook(channel, request, patience)).type, 'looked');
});

test('any number of requests that wait for the leader is no leak that Node warns of', async (t) => {
  const warnings: string[] = [];
  const note = ({ message }: Error) => void warnings.push(message);
  process.on('warning', note);
  t.after(() => process.off('warning', note));
  const stop = new AbortController();
  const asked = Array.from({ length: 30 }, () =>
    passOn(createLoop(), 'ops', { by: 'webhook', who: 'gh' }, stop.signal),
  );
  await setImmediate();
  stop.abort();
  await Promise.all(asked);
  await setImmediate();
  assert.deepEqual(warnings, []);
});
