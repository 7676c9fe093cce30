import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatMessage } from '../../src/control/format-message.ts';
import type { ControlMessage, LookedMessage, PackAnswer, StateMessage } from '../../src/control/message.ts';
import { parseMessage } from '../../src/control/parse-message.ts';

const id = '3f0e7f6c-65d4-4f7e-9c39-6d7f6b1f2a10';
const time = '2026-11-21T12:00:00.000Z';

function pack(ref: string, outcome: PackAnswer['outcome'], said = ''): PackAnswer {
  const problems = said === '' ? [] : [{ severity: 'error', code: 'remote-timeout', message: said } as const];
  const to = { version: '1.0.0', digest: 'a'.repeat(64), commit: null };
  const reason = { code: 'not-installed', sentence: 'not installed' };
  return { ref, action: 'install', reason, outcome, from: null, to, problems, retry: true, durationMs: 1 };
}

function looked(packs: readonly PackAnswer[]): LookedMessage {
  return { type: 'looked', id, outcome: 'failed', why: null, run: '12', packs, more: 0, unknown: ['jria'] };
}

const messages: readonly ControlMessage[] = [
  { type: 'look', id, manager: 'ops', by: 'command', who: 'ann@one' },
  {
    type: 'look',
    id,
    manager: 'ops',
    by: 'webhook',
    who: 'github',
    refs: ['jira'],
    urls: ['https://example.com/a.git'],
  },
  { type: 'heard', id, who: 'ann@one' },
  looked([pack('jira', 'failed', 'The remote did not answer'), pack('core', 'applied')]),
  { type: 'looked', id, outcome: 'not-done', why: 'the daemon stopped', run: null, packs: [], more: 0, unknown: [] },
  { type: 'ask-state', id, manager: 'ops' },
  {
    type: 'state',
    id,
    who: 'ann@one',
    since: time,
    pass: { cause: 'interval', since: time, targets: 2 },
    nextLookAt: null,
    failed: [{ severity: 'error', code: 'unknown-user', message: 'There is no such user.' }],
    retries: [{ ref: 'jira', attempts: 3, at: time }],
    moreRetries: 1,
    sources: [{ url: 'https://example.com/a.git', attempts: 1, at: time, message: 'It does not answer.' }],
    moreSources: 0,
  },
];

test('every message is read as it was written', () => {
  for (const message of messages) assert.deepEqual(parseMessage(formatMessage(message)), message);
});

test('the state of a daemon of an earlier release says nothing of what failed', () => {
  const { failed: _, ...earlier } = messages.find(({ type }) => type === 'state') as StateMessage;
  assert.deepEqual(parseMessage(JSON.stringify(earlier)), { ...earlier, failed: [] });
});

const hostile: readonly [what: string, payload: string][] = [
  ['no JSON', 'look again'],
  ['nothing', ''],
  ['a list', '[]'],
  ['null', 'null'],
  ['an unknown type', JSON.stringify({ type: 'apply', id })],
  ['no id', JSON.stringify({ type: 'ask-state', manager: 'ops' })],
  ['an id without end', JSON.stringify({ type: 'ask-state', id: 'x'.repeat(65), manager: 'ops' })],
  ['a manager that is no text', JSON.stringify({ type: 'ask-state', id, manager: {} })],
  ['refs that are no texts', JSON.stringify({ ...messages[0], refs: [1] })],
  ['refs that are no list', JSON.stringify({ ...messages[0], refs: 'jira' })],
  ['somebody who asks in an unknown way', JSON.stringify({ ...messages[0], by: 'root' })],
  ['an unknown outcome', JSON.stringify({ ...looked([]), outcome: 'fine' })],
  ['a pack without ref', JSON.stringify({ ...looked([]), packs: [{ outcome: 'applied', problems: [] }] })],
  ['a name without end', JSON.stringify({ ...messages[0], who: 'x'.repeat(201) })],
  ['a time that is none', JSON.stringify({ ...messages[6], since: 'yesterday' })],
];

for (const [what, payload] of hostile) {
  test(`${what} is no message`, () => assert.equal(parseMessage(payload), null));
}

test('what would move the cursor of a terminal is taken out of texts', () => {
  const message = parseMessage(JSON.stringify({ type: 'heard', id, who: 'ann\u001b[2J\r\u009b@one' }));
  assert.deepEqual(message, { type: 'heard', id, who: 'ann\ufffd[2J\ufffd\ufffd@one' });
});

test('an answer is cut to what Postgres takes, the first packs stay, and it says how many are left out', () => {
  const packs = Array.from({ length: 500 }, (_, index) => pack(`pack${index}`, 'failed', 'ö'.repeat(1000)));
  const text = formatMessage(looked(packs));
  assert.ok(Buffer.byteLength(text) < 8000);
  const message = parseMessage(text);
  assert.ok(message?.type === 'looked');
  assert.deepEqual(
    message.packs.slice(0, 3).map(({ ref }) => ref),
    ['pack0', 'pack1', 'pack2'],
  );
  assert.equal(message.packs.length + message.more, 500);
});

test('a state is cut to what Postgres takes, and says how much is left out', () => {
  const retries = Array.from({ length: 300 }, (_, index) => ({ ref: `pack${index}`, attempts: 1, at: time }));
  const sources = retries.map(({ ref }) => ({
    url: `https://example.com/${ref}`,
    attempts: 1,
    at: time,
    message: ref,
  }));
  const state = messages.find((message) => message.type === 'state');
  assert.ok(state !== undefined);
  const text = formatMessage({ ...state, retries, moreRetries: 0, sources, moreSources: 0 });
  assert.ok(Buffer.byteLength(text) < 8000);
  const message = parseMessage(text);
  assert.ok(message?.type === 'state');
  assert.equal(message.retries.length + message.moreRetries, 300);
  assert.equal(message.sources.length + message.moreSources, 300);
  assert.ok(message.retries.length > 10 && message.sources.length > 10);
});

test('a request that names more packs than fit is one for all of them', () => {
  const refs = Array.from({ length: 2000 }, (_, index) => `pack${index}`);
  const message = { type: 'look', id, manager: 'ops', by: 'api', who: 'ann' } as const;
  assert.deepEqual(parseMessage(formatMessage({ ...message, refs })), message);
});

test('a name stays within its line, whatever is sent as one', () => {
  const who = 'ann@one\nManager ops: no pack\u2028is\u202edesired.';
  const read = parseMessage(JSON.stringify({ type: 'look', id, manager: 'ops', by: 'command', who }));
  assert.equal(read?.type === 'look' && read.who, 'ann@one\ufffdManager ops: no pack\ufffdis\ufffddesired.');
});
