import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bearer, createHttpScene, digestOf, operatorToken, viewerToken } from './http-scene.ts';

test('only who holds a token reads, and only an operator asks for anything', async (t) => {
  await using scene = await createHttpScene();
  const cases: readonly [name: string, headers: Record<string, string>, read: number, ask: number, code: string][] = [
    ['no token', {}, 401, 401, 'token-missing'],
    ['a token of nobody', bearer('guessed'), 401, 401, 'token-unknown'],
    ['the digest instead of the token', bearer(digestOf(operatorToken)), 401, 401, 'token-unknown'],
    ['another scheme', { authorization: `Basic ${operatorToken}` }, 401, 401, 'token-missing'],
    ['a viewer', bearer(viewerToken), 200, 403, 'role-missing'],
    ['an operator', bearer(operatorToken), 200, 202, ''],
    ['an operator in capitals', { authorization: `BEARER  ${operatorToken}` }, 200, 202, ''],
  ];
  for (const [name, headers, read, ask, code] of cases) {
    await t.test(name, async () => {
      const json = { ...headers, accept: 'application/json' };
      const found = await scene.server.inject({ url: '/api/v1/events', headers: json });
      assert.equal(found.statusCode, read);
      const asked = await scene.server.inject({ method: 'POST', url: '/api/v1/reconcile', headers });
      assert.equal(asked.statusCode, ask);
      if (code === '') return;
      assert.match(String(asked.headers['content-type']), /^application\/problem\+json/);
      const refusal = asked.json();
      assert.deepEqual([refusal.status, refusal.code], [ask, code]);
      assert.ok(refusal.hint.length > 0, 'what to do is said');
    });
  }
  assert.deepEqual(
    scene.asked.map(({ who }) => who),
    ['deploy (token ci)', 'deploy (token ci)'],
    'history will name login and token, and nobody who was refused asked for anything',
  );
});

test('a token is not taken from the address, where logs would keep it', async () => {
  await using scene = await createHttpScene();
  const found = await scene.server.inject({ url: `/api/v1/events?access_token=${operatorToken}` });
  assert.equal(found.statusCode, 401);
});

test('without tokens in the configuration everything of the API is refused, and it says why', async () => {
  await using scene = await createHttpScene({ settings: { tokens: [] } });
  const found = await scene.server.inject({ url: '/api/v1/packs', headers: bearer(operatorToken) });
  assert.equal(found.statusCode, 401);
  assert.match(found.json().hint, /http\.tokens .* names none/);
});

test('metrics ask for a token where the configuration says so', async () => {
  await using open = await createHttpScene();
  assert.equal((await open.server.inject('/metrics')).body, 'attune_sync_info 1\n');
  await using closed = await createHttpScene({ settings: { metrics: 'token' } });
  assert.equal((await closed.server.inject('/metrics')).statusCode, 401);
  const found = await closed.server.inject({ url: '/metrics', headers: bearer(viewerToken) });
  assert.match(String(found.headers['content-type']), /^text\/plain; version=0\.0\.4/);
});

test('tokens cannot be tried at will', async () => {
  await using scene = await createHttpScene();
  const codes = new Map<number, number>();
  for (let tries = 0; tries < 605; tries += 1) {
    const { statusCode } = await scene.server.inject({ url: '/api/v1/runs', headers: bearer(`guess-${tries}`) });
    codes.set(statusCode, (codes.get(statusCode) ?? 0) + 1);
  }
  assert.deepEqual(
    [...codes],
    [
      [401, 600],
      [429, 5],
    ],
  );
  const refused = await scene.server.inject({ url: '/api/v1/runs', headers: bearer(operatorToken) });
  assert.equal(refused.json().code, 'too-many-requests');
  assert.ok(Number(refused.headers['retry-after']) > 0);
});
