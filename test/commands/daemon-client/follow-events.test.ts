import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DaemonClient } from '../../../src/commands/daemon-client/create-daemon-client.ts';
import { followEvents } from '../../../src/commands/daemon-client/follow-events.ts';
import { parseEventStream } from '../../../src/commands/daemon-client/parse-event-stream.ts';
import { SyncError } from '../../../src/errors.ts';

async function* chunked(...chunks: readonly string[]): AsyncIterable<string> {
  yield* chunks;
}

async function gather<T>(found: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of found) all.push(one);
  return all;
}

test('events are read wherever their stream is cut', async () => {
  const text =
    'retry: 2000\n\nid: a-1\nevent: x\ndata: {"id":\ndata: 1}\n\n: still here\n\nid: a-2\r\ndata:two\r\n\r\n';
  const expected = [
    { id: 'a-1', data: '{"id":\n1}' },
    { id: 'a-2', data: 'two' },
  ];
  for (const size of [1, 2, 7, text.length]) {
    const chunks = text.match(new RegExp(`.{1,${size}}`, 'gs')) ?? [];
    assert.deepEqual(await gather(parseEventStream(chunked(...chunks))), expected, `${size} characters at a time`);
  }
});

/** A daemon that answers each time as the next of these: with a text, or an error. */
function clientOf(answers: readonly (string | SyncError)[]) {
  const asked: (string | null)[] = [];
  const client: DaemonClient = {
    get: async () => ({}),
    async stream(_path, { lastId }) {
      const answer = answers[asked.length];
      asked.push(lastId);
      if (answer === undefined) throw new SyncError('token-unknown', 'no such token');
      if (typeof answer !== 'string') throw answer;
      return chunked(answer);
    },
  };
  return { client, asked };
}

const away = new SyncError('daemon-unreachable', 'away', { retry: 'soon' });
const quiet = { path: '/', signal: new AbortController().signal, wait: async () => {}, onLost() {}, onBack() {} };

test('a daemon that goes away is waited for ever longer, and asked for what was missed', async () => {
  const { client, asked } = clientOf(['id: a-1\ndata: {"id":1}\n\n', away, away, 'id: b-1\ndata: {"id":1}\n\n']);
  const said: string[] = [];
  const followed = followEvents(client, {
    ...quiet,
    onLost: (_error, waitMs) => said.push(`lost ${waitMs}`),
    onBack: () => said.push('back'),
  });
  const met: unknown[] = [];
  await assert.rejects(
    async () => {
      for await (const event of followed) met.push(event);
    },
    { code: 'token-unknown' },
    'what waiting cannot mend ends it',
  );
  assert.deepEqual(met, [{ id: 1 }, { id: 1 }]);
  assert.deepEqual(asked, [null, 'a-1', 'a-1', 'a-1', 'b-1']);
  assert.deepEqual(said, ['lost 1000', 'lost 2000', 'lost 4000', 'back', 'lost 1000']);
});

test('one that was never there is an error at once', async () => {
  const { client } = clientOf([away]);
  await assert.rejects(gather(followEvents(client, quiet)), { code: 'daemon-unreachable' });
});
