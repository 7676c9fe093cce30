import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readLocalDocuments } from '../../src/commands/read-local-documents.ts';
import { renderStatusJson } from '../../src/commands/render-status.ts';
import { status } from '../../src/commands/status.ts';
import { SyncError } from '../../src/errors.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { bearer, createHttpScene, type HttpScene, operatorToken, viewerToken } from './http-scene.ts';

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly security: readonly unknown[] }>>>>;
}

/** Every route once as it is meant to be called, and what can go wrong there. */
const calls: readonly [method: string, path: string, url: string, status: number, body?: object][] = [
  ['get', '/healthz', '/healthz', 200],
  ['get', '/readyz', '/readyz', 200],
  ['get', '/metrics', '/metrics', 200],
  ['get', '/api/v1/auth/me', '/api/v1/auth/me', 200],
  ['get', '/api/v1/packs', '/api/v1/packs', 200],
  ['get', '/api/v1/packs', '/api/v1/packs?all=1', 400],
  ['get', '/api/v1/packs/{ref}', '/api/v1/packs/jira', 200],
  ['get', '/api/v1/packs/{ref}', '/api/v1/packs/jra', 404],
  ['get', '/api/v1/runs', '/api/v1/runs', 200],
  ['get', '/api/v1/runs', '/api/v1/runs?ref=jira&limit=1&since=2026-01-01T00:00:00Z', 200],
  ['get', '/api/v1/packs/{ref}', '/api/v1/packs/%00', 400],
  ['get', '/api/v1/runs', '/api/v1/runs?limit=0', 400],
  ['get', '/api/v1/runs', '/api/v1/runs?since=yesterday', 400],
  ['get', '/api/v1/runs', '/api/v1/runs?refs=jira', 400],
  ['get', '/api/v1/runs', '/api/v1/runs?ref=jra', 404],
  ['get', '/api/v1/runs/{id}', '/api/v1/runs/1', 200],
  ['get', '/api/v1/runs/{id}', '/api/v1/runs/99', 404],
  ['get', '/api/v1/runs/{id}', '/api/v1/runs/one', 404],
  ['get', '/api/v1/plan', '/api/v1/plan', 200],
  ['get', '/api/v1/plan', '/api/v1/plan?fresh=true', 200],
  ['get', '/api/v1/events', '/api/v1/events', 200],
  ['post', '/api/v1/reconcile', '/api/v1/reconcile', 202],
  ['post', '/api/v1/reconcile', '/api/v1/reconcile', 200, { refs: ['jira'], wait: true }],
  ['post', '/api/v1/reconcile', '/api/v1/reconcile', 404, { refs: ['jira', 'jra', 'slak'] }],
  ['post', '/api/v1/reconcile', '/api/v1/reconcile', 400, { refs: 'jira' }],
  ['post', '/api/v1/reconcile', '/api/v1/reconcile', 400, { wait: 'true' }],
  ['post', '/api/v1/packs/{ref}/suspension', '/api/v1/packs/jira/suspension', 200, { reason: 'freeze' }],
  ['post', '/api/v1/packs/{ref}/suspension', '/api/v1/packs/jra/suspension', 404, { reason: 'freeze' }],
  ['post', '/api/v1/packs/{ref}/suspension', '/api/v1/packs/jira/suspension', 400, {}],
  ['post', '/api/v1/packs/{ref}/suspension', '/api/v1/packs/jira/suspension', 400, { reason: 'half: \ud800' }],
  ['post', '/api/v1/reconcile', '/api/v1/reconcile', 409, { refs: ['jira'] }],
  ['delete', '/api/v1/packs/{ref}/suspension', '/api/v1/packs/jira/suspension', 200],
  ['delete', '/api/v1/packs/{ref}/suspension', '/api/v1/packs/jira/suspension', 409],
  ['delete', '/api/v1/packs/{ref}/suspension', '/api/v1/packs/jra/suspension', 404],
  ['post', '/api/v1/suspension', '/api/v1/suspension', 200, { reason: 'freeze', until: '2999-01-01T00:00:00Z' }],
  ['post', '/api/v1/suspension', '/api/v1/suspension', 400, { reason: 'freeze', until: '2001-01-01T00:00:00Z' }],
  ['delete', '/api/v1/suspension', '/api/v1/suspension', 200],
  ['post', '/webhooks/{name}', '/webhooks/from-gitlab', 401, {}],
];

describe('the API of a daemon', () => {
  let fleet: Fleet;
  let scene: HttpScene;
  let document: Document;
  let validate: (pointer: string, data: unknown) => string | null;

  before(async () => {
    fleet = await createFleet();
    await fleet.writePack('jira', { 'triggers/new.yaml': 'ref: jira.new\nlabel: New\n' });
    await fleet.writePack('slack');
    const { plan, result } = await fleet.apply();
    await fleet.sql("INSERT INTO identity (login, display_name) VALUES ('deploy', 'The deployer')");
    const { database } = fleet.context;
    scene = await createHttpScene({ context: fleet.context, openDatabase: async () => database });
    const report = { failing: [], dueMs: Number.POSITIVE_INFINITY, result, durationMs: 1 };
    scene.setState({ plan, last: { pass: { cause: 'start' }, report, endedAt: new Date() }, lastWholeAt: new Date() });
    scene.events.emit({ type: 'leader-gained' });
    document = (await scene.server.inject('/api/v1/openapi.json')).json();
    validate = createValidator(document);
  });

  after(async () => {
    await scene[Symbol.asyncDispose]();
    await fleet[Symbol.asyncDispose]();
  });

  test('every answer of every route is as the OpenAPI document says', async (t) => {
    for (const [method, path, url, statusCode, body] of calls) {
      await t.test(`${method} ${url} answers ${statusCode}`, async () => {
        const found = await scene.server.inject({
          method: method.toUpperCase() as 'GET',
          url,
          headers: { ...bearer(operatorToken), accept: 'application/json' },
          ...(body === undefined ? {} : { payload: body }),
        });
        assert.equal(found.statusCode, statusCode, found.body);
        const type = String(found.headers['content-type']).replace(/;.*/, '');
        const data = type.endsWith('json') ? found.json() : found.body;
        const steps = ['paths', path, method, 'responses', statusCode, 'content', type, 'schema'];
        const pointer = steps.map((step) => String(step).replaceAll('~', '~0').replaceAll('/', '~1')).join('/');
        assert.equal(validate(pointer, data), null, found.body);
        assert.equal(found.headers['x-content-type-options'], 'nosniff');
        assert.equal(found.headers['cache-control'], 'no-store');
      });
    }
  });

  test('no route is left out of these proofs', () => {
    const all = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    const called = new Set(calls.map(([method, path]) => `${method} ${path}`));
    assert.deepEqual(
      all.filter((route) => !called.has(route)),
      [],
    );
  });

  test('the OpenAPI document is one, and names every secret place', async () => {
    const found = await new Validator().validate(structuredClone(document) as unknown as Record<string, unknown>);
    assert.deepEqual(found.errors ?? [], []);
    assert.equal(found.valid, true);
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const { security } of Object.values(methods)) {
        assert.deepEqual(security, path.startsWith('/api/') ? [{ token: [] }] : [], path);
      }
    }
  });

  test('a viewer may do nothing but read', async () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const method of Object.keys(methods)) {
        if (!path.startsWith('/api/') || method === 'get') continue;
        const url = path.replace('{ref}', 'jira');
        const found = await scene.server.inject({
          method: method.toUpperCase() as 'POST',
          url,
          headers: bearer(viewerToken),
        });
        assert.equal(found.statusCode, 403, `${method} ${url}`);
      }
    }
  });

  test('packs, plans and who one is are what the verbs say', async () => {
    const get = async (path: string) =>
      (await scene.server.inject({ url: `/api/v1${path}`, headers: bearer(operatorToken) })).json();
    const local = await readLocalDocuments(fleet.context);
    const at = new Date();
    const problem = { severity: 'error', code: 'git-timeout', message: 'ftp://a:hunter2@b did not answer' } as const;
    const failing = { attempts: 3, retryAt: at, problem };
    const url = 'https://git.example.com/ops';
    scene.setState({ retries: new Map([['jira', { attempts: 2, at }]]), sources: [{ url, askedAt: at, failing }] });
    const { daemon, ...packs } = await get('/packs');
    assert.deepEqual(packs, renderStatusJson(await status(fleet.context, local)));
    const { role, leader, standbys, state } = daemon;
    assert.deepEqual([role, leader, standbys, state.nextLookAt], ['leader', 'test@here', [], null]);
    assert.deepEqual(state.retries, [{ ref: 'jira', attempts: 2, at: at.toISOString() }]);
    const message = 'ftp://a:(secret)@b did not answer';
    assert.deepEqual(state.sources, [{ url, attempts: 3, at: at.toISOString(), message }]);

    const schema = JSON.parse(readFileSync(new URL('../../schemas/plan.schema.json', import.meta.url), 'utf8'));
    const isPlan = new Ajv2020({ strict: false }).compile(schema);
    const [last, fresh] = [await get('/plan'), await get('/plan?fresh=true')];
    for (const { plan } of [last, fresh]) assert.ok(isPlan(plan), JSON.stringify(isPlan.errors));
    assert.deepEqual([last.from, last.plan.changes.length], ['last-pass', 2]);
    assert.deepEqual([fresh.from, fresh.plan.changes.length], ['computed', 0]);
    scene.setState({ role: 'standby' });
    assert.equal((await get('/plan')).from, 'computed', 'who stands by has no pass of its own');
    const standing = (await get('/packs')).daemon;
    assert.deepEqual([standing.role, standing.state], ['standby', null], 'nor what the leader knows');
    scene.setState({ role: 'leader' });

    const me = await get('/auth/me');
    assert.deepEqual([me.token, me.role, me.who], ['ci', 'operator', 'deploy (token ci)']);
    assert.deepEqual([me.identity.login, me.identity.displayName], ['deploy', 'The deployer']);
  });

  test('what is suspended over HTTP stands in history under login and token, and the daemon looks again', async () => {
    const before = scene.asked.length;
    const payload = { reason: 'hold the line' };
    await scene.server.inject({
      method: 'POST',
      url: '/api/v1/packs/slack/suspension',
      headers: bearer(operatorToken),
      payload,
    });
    const [row] = await fleet.sql("SELECT who, reason FROM attune_sync.suspension WHERE pack = 'slack'");
    assert.deepEqual(row, { who: 'deploy (token ci)', reason: 'hold the line' });
    assert.deepEqual(scene.asked.slice(before), [{ by: 'api', who: 'deploy (token ci)', refs: ['slack'] }]);
  });

  test('what goes wrong is said with a code, and neither by stack nor by secret', async () => {
    const secret = 'postgres://sync:hunter2secret@db.example/attune';
    const errors: readonly [error: Error, status: number, code: string][] = [
      [new SyncError('database-away', `${secret} does not answer`, { retry: 'soon' }), 503, 'database-away'],
      [new TypeError(`cannot read ${secret}`), 500, 'unexpected'],
    ];
    for (const [error, statusCode, code] of errors) {
      await using broken = await createHttpScene({ openDatabase: () => Promise.reject(error) });
      const found = await broken.server.inject({ url: '/api/v1/packs', headers: bearer(viewerToken) });
      assert.deepEqual([found.statusCode, found.json().code], [statusCode, code]);
      assert.ok(!found.body.includes('hunter2secret') && !/\bat .*\.ts/.test(found.body), found.body);
    }
  });

  test('what is not understood is said with what would be', async () => {
    const ask = async (method: 'GET' | 'POST' | 'DELETE', path: string, payload?: string) => {
      const headers = { ...bearer(operatorToken), 'content-type': 'application/json' };
      const url = `/api/v1${path}`;
      const found = await scene.server.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
      const { code, detail, hint } = found.json();
      return [found.statusCode, code, detail, hint];
    };
    assert.deepEqual(await ask('GET', '/runs?lmit=3'), [
      400,
      'invalid-request',
      'The query is invalid: lmit is not known.',
      'Did you mean limit? Known are ref, limit, since, before.',
    ]);
    assert.deepEqual(await ask('GET', '/packs?all=1'), [
      400,
      'invalid-request',
      'The query is invalid: all is not known.',
      'This route knows no keys there: leave them out.',
    ]);
    assert.deepEqual(await ask('POST', '/reconcile', '{"all": true, "wait": 3}'), [
      400,
      'invalid-request',
      'The body is invalid: all is not known; wait must be boolean.',
      'Known are refs, wait, timeoutSeconds.',
    ]);
    for (const [method, path] of [
      ['DELETE', '/suspension'],
      ['POST', '/reconcile'],
    ] as const)
      assert.deepEqual(await ask(method, path, ''), [
        400,
        'invalid-request',
        'The body is empty, and Content-Type says that it is JSON.',
        'Leave `Content-Type: application/json` out, or send {}.',
      ]);
  });

  test('who waits for a pass that cannot be made is told why', async () => {
    await using stopped = await createHttpScene({
      answer: async () => ({ outcome: 'not-done', why: 'the daemon stopped' }),
    });
    const ask = (payload: object) =>
      stopped.server.inject({ method: 'POST', url: '/api/v1/reconcile', headers: bearer(operatorToken), payload });
    const found = await ask({ wait: true });
    assert.deepEqual([found.statusCode, found.json().code], [503, 'not-done']);
    assert.match(found.json().detail, /the daemon stopped/);
    await using slow = await createHttpScene({ answer: () => new Promise(() => {}) });
    const late = await slow.server.inject({
      method: 'POST',
      url: '/api/v1/reconcile',
      headers: bearer(operatorToken),
      payload: { wait: true, timeoutSeconds: 1 },
    });
    assert.deepEqual([late.statusCode, late.json().done], [202, false]);
  });
});

/** Why data does not fit the schema at a place of the document, or null. */
function createValidator(of: object): (pointer: string, data: unknown) => string | null {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addFormat('date-time', (text) => /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(text));
  ajv.addSchema(of, 'api');
  return (pointer, data) => {
    const check = ajv.compile({ $ref: `api#/${pointer.replaceAll('{', '%7B').replaceAll('}', '%7D')}` });
    return check(data) ? null : ajv.errorsText(check.errors);
  };
}
