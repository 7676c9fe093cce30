import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { test } from 'node:test';
import { SyncError } from '../../src/errors.ts';
import { serveHttp } from '../../src/http/serve-http.ts';
import { createHttpScene, settings } from './http-scene.ts';

test('an address that cannot be had ends the daemon with the key to change', async () => {
  await using scene = await createHttpScene();
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const cases: readonly [host: string, port: number, message: RegExp][] = [
    ['127.0.0.1', port, /another process listens there/],
    ['203.0.113.7', 1, /this machine has no such address/],
    ['no-such-host.invalid', 1, /name/],
  ];
  for (const [host, at, message] of cases) {
    await assert.rejects(serveHttp({ ...settings, host, port: at }, '0')(scene.view), (error) => {
      assert.ok(error instanceof SyncError);
      assert.equal(error.code, 'http-address');
      assert.match(error.message, message);
      assert.match(error.problems[0]?.hint ?? '', /http\.listen/);
      return true;
    });
  }
  other.close();
});

test('who never ends a request holds up no daemon that stops', async () => {
  await using scene = await createHttpScene();
  const served = await serveHttp(settings, '0')(scene.view);
  const [, port] = /:(\d+)\.$/.exec(scene.lines.find((line) => line.includes('Serving HTTP')) ?? '') ?? [];
  const slow = connect(Number(port), '127.0.0.1');
  await once(slow, 'connect');
  slow.on('error', () => {});
  slow.write('POST /webhooks/from-github HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n12');
  const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { headers: { host: 'anything.example' } });
  assert.equal(answer.status, 200);
  const begin = performance.now();
  await served.close();
  assert.ok(performance.now() - begin < 4000);
  slow.destroy();
});

test('who opens connections and says nothing is given less time than who watches for life', async () => {
  await using scene = await createHttpScene();
  const { headersTimeout, requestTimeout } = scene.server.server;
  assert.deepEqual({ headersTimeout, requestTimeout }, { headersTimeout: 10_000, requestTimeout: 30_000 });
});

test('a request whose header names another host is answered like any other', async () => {
  await using scene = await createHttpScene();
  const found = await scene.server.inject({ url: '/healthz', headers: { host: 'evil.example' } });
  assert.equal(found.statusCode, 200);
  assert.equal(found.headers['access-control-allow-origin'], undefined, 'no page of another origin reads answers');
});

test('what is no route, and what is no address, is refused as everything else is', async () => {
  await using scene = await createHttpScene();
  const cases: readonly [url: string, status: number, code: string][] = [
    ['/', 404, 'unknown-route'],
    ['/api/v2/packs', 404, 'unknown-route'],
    ['/api/v1/packs/%ff', 400, 'invalid-request'],
    [`/api/v1/packs/${'a'.repeat(300)}`, 414, 'invalid-request'],
  ];
  for (const [url, statusCode, code] of cases) {
    const found = await scene.server.inject(url);
    assert.match(String(found.headers['content-type']), /^application\/problem\+json/);
    assert.deepEqual([found.statusCode, found.json().code], [statusCode, code]);
  }
});
