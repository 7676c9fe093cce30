import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import type { EventBody } from '../../src/events/event.ts';
import { bearer, createHttpScene, type HttpScene, viewerToken } from './http-scene.ts';

const applied = (ref: string): EventBody => ({
  type: 'pack-applied',
  ref,
  action: 'install',
  reason: 'not installed',
  version: '1.0.0',
  durationMs: 5,
});

/** A stream of events that a test reads. */
async function listen(url: string, headers: Record<string, string> = {}) {
  const stop = new AbortController();
  const response = await fetch(url, { headers: { ...bearer(viewerToken), ...headers }, signal: stop.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    response,
    leave: () => stop.abort(),
    /** What came until the pattern was there, or until the end where there is none. */
    async until(pattern?: RegExp): Promise<string> {
      while (pattern === undefined || !pattern.test(text)) {
        const { value, done } = (await reader?.read()) ?? { value: undefined, done: true };
        if (done) break;
        text += value;
      }
      return text;
    },
  };
}

async function urlOf({ server }: HttpScene): Promise<string> {
  const origin = await server.listen({ host: '127.0.0.1', port: 0 });
  return `${origin}/api/v1/events`;
}

test('who listens hears what happens, who comes back misses nothing, and the stream ends when the daemon stops', async () => {
  const scene = await createHttpScene();
  const url = await urlOf(scene);
  scene.events.emit(applied('before'));
  const first = await listen(`${url}?replay=1`);
  assert.equal(first.response.headers.get('content-type'), 'text/event-stream');
  scene.events.emit(applied('one'));
  const heard = await first.until(/"one"/);
  assert.match(heard, /^retry: 2000\n\nid: [0-9a-f]{8}-1\nevent: pack-applied\ndata: \{.*"ref":"before".*\}\n\n/);
  const [last = ''] = /[0-9a-f]{8}-2/.exec(heard) ?? [];
  first.leave();

  scene.events.emit(applied('missed'));
  const back = await listen(url, { 'last-event-id': last });
  const again = await back.until(/"missed"/);
  assert.ok(!again.includes('"one"'), 'what was met does not come twice');
  const stranger = await listen(url, { 'last-event-id': '00000000-77' });
  assert.match(await stranger.until(/"missed"/), /"before".*"one".*"missed"/s, 'of another process all is new');

  const ended = Promise.all([back.until(), stranger.until()]);
  const begin = performance.now();
  await scene.server.close();
  await ended;
  assert.ok(performance.now() - begin < 1500, 'nobody who listens holds up the end');
});

test('a stream, and what is kept, can be of some types or packs only', async () => {
  await using scene = await createHttpScene();
  const url = await urlOf(scene);
  for (const ref of ['jira', 'slack']) scene.events.emit(applied(ref));
  scene.events.emit({ type: 'leader-gained' });
  scene.events.emit({ type: 'look-requested', by: 'api', who: 'ann', refs: ['jira'] });
  const kept = async (query: string) => {
    const found = await scene.server.inject({
      url: `/api/v1/events?${query}`,
      headers: { ...bearer(viewerToken), accept: 'application/json' },
    });
    return found.json().events.map(({ id }: { id: number }) => id);
  };
  assert.deepEqual(await kept(''), [1, 2, 3, 4]);
  assert.deepEqual(await kept('ref=jira'), [1, 4]);
  assert.deepEqual(await kept('type=pack-applied&type=leader-gained'), [1, 2, 3]);
  const stream = await listen(`${url}?replay=10&ref=slack`);
  const heard = await stream.until(/\n\n$/);
  assert.ok(!heard.includes('jira'));
  stream.leave();
});

test('secrets that an event holds are not told', async () => {
  await using scene = await createHttpScene();
  const url = await urlOf(scene);
  const stream = await listen(url);
  const why = 'amqp://user:hunter2secret@broker.example refused us';
  scene.events.emit({ type: 'webhook-refused', name: 'x', why });
  const heard = await stream.until(/webhook-refused.*\n\n/s);
  assert.ok(!heard.includes('hunter2secret') && heard.includes('refused us'), heard);
  stream.leave();
});

test('what is kept comes whole, however much of it there is', async () => {
  await using scene = await createHttpScene();
  const url = await urlOf(scene);
  const long = 'x'.repeat(3000);
  for (let n = 1; n <= 1000; n++) scene.events.emit(applied(`${long}-${n}`));
  const stream = await listen(`${url}?replay=1000`);
  assert.match(await stream.until(/-1000"/), /-1000"/);
  stream.leave();
});

test('who does not read what is sent is let go', async () => {
  await using scene = await createHttpScene();
  await urlOf(scene);
  const { port } = scene.server.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  socket.write(`GET /api/v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${viewerToken}\r\n\r\n`);
  await once(socket, 'readable');
  socket.pause();
  const reason = 'x'.repeat(64 * 1024);
  const count = () => new Promise<number>((resolve) => scene.server.server.getConnections((_, n) => resolve(n)));
  for (let sent = 0; sent < 400 && (await count()) > 0; sent += 1) {
    scene.events.emit({ ...applied('jira'), reason } as EventBody);
    await new Promise(setImmediate);
  }
  assert.equal(await count(), 0);
  socket.destroy();
});
