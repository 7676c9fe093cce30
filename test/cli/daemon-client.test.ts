import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { createHttpScene, operatorToken, viewerToken } from '../http/http-scene.ts';
import { runInside } from '../support/cli-inside.ts';
import type { Fleet } from '../support/fleet.ts';
import { temporaryDirectory } from '../support/git.ts';

/** Where a verb is run that needs no configuration and no database. */
const outside = (directory: string) => ({ directory }) as Fleet;
const url = 'postgres://nowhere/none';

test('who holds a token asks who they are and what happened, with nothing but an address', async (t) => {
  const directory = await temporaryDirectory(t);
  await using scene = await createHttpScene();
  const origin = await scene.server.listen({ host: '127.0.0.1', port: 0 });
  await writeFile(join(directory, 'token'), `${viewerToken}\n`);
  const run = (...args: string[]) => runInside(outside(directory), [...args, '--url', origin], { url });

  const me = await run('whoami', '--token-file', 'token');
  assert.equal(me.err, '');
  assert.equal(
    me.out,
    'token      wall (viewer): may read\nidentity   none; the configuration names nobody in Attune for this token\nin history token wall\n',
  );

  scene.events.emit({ type: 'leader-gained' });
  scene.events.emit({ type: 'pack-recovered', ref: 'jira' });
  const json = await run('events', '--token-file', 'token', '--output', 'json');
  assert.deepEqual(
    JSON.parse(json.out).events.map(({ type }: { type: string }) => type),
    ['leader-gained', 'pack-recovered'],
  );
  const some = await run('events', '--token-file', 'token', '--ref', 'jira');
  assert.match(some.out, /^\S+ \S+Z {2}pack-recovered {4}jira\n$/);
});

test('a token in the environment is used, and never shown', async (t) => {
  const directory = await temporaryDirectory(t);
  await using scene = await createHttpScene({ settings: { tokens: [] } });
  const origin = await scene.server.listen({ host: '127.0.0.1', port: 0 });
  const env = { ATTUNE_SYNC_TOKEN: operatorToken };
  const refused = await runInside(outside(directory), ['whoami', '--url', origin], { env, url });
  assert.equal(refused.code, 1);
  assert.match(refused.err, /knows no such token/);
  assert.ok(!refused.err.includes(operatorToken));
});

test('each way in which a daemon cannot be asked is said with what to do', async (t) => {
  const directory = await temporaryDirectory(t);
  const env = { ATTUNE_SYNC_TOKEN: operatorToken };
  const other = createServer((_request, response) => void response.writeHead(302, { location: '/' }).end('hello'));
  t.after(() => other.close());
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const cases: readonly [args: string[], env: Record<string, string>, code: RegExp][] = [
    [['--url', 'http://127.0.0.1:2'], {}, /\[no-token\]/],
    [['--url', 'http://127.0.0.1:2'], { ATTUNE_SYNC_TOKEN: 'two words' }, /\[no-token\]/],
    [['--url', 'http://127.0.0.1:2', '--token-file', 'none'], {}, /\[no-token\]/],
    [['--url', 'http://127.0.0.1:2'], env, /\[daemon-unreachable\]/],
    [['--url', 'http://user:word@127.0.0.1:2'], env, /\[invalid-url\]/],
    [['--url', 'ftp://127.0.0.1'], env, /\[invalid-url\]/],
    [['--url', `http://127.0.0.1:${port}`], env, /\[not-a-daemon\]/],
    [[], env, /attune\.config\.yaml in .*\[config-not-found\]\n +hint .*--url http/],
  ];
  for (const [args, variables, code] of cases) {
    const ended = await runInside(outside(directory), ['whoami', ...args], { env: variables, url });
    assert.equal(ended.code, 1);
    assert.match(ended.err, code);
    assert.match(ended.err, /hint/, args.join(' '));
  }
  await writeFile(
    join(directory, 'attune.config.yaml'),
    'name: x\ndesiredState: [{ directory: . }]\ndatabase: { embedded: true }\n',
  );
  const silent = await runInside(outside(directory), ['whoami'], { env, url });
  assert.match(silent.err, /\[no-http\]/);
  await writeFile(
    join(directory, 'attune.config.yaml'),
    `name: x\ndesiredState: [{ directory: . }]\ndatabase: { embedded: true }\nhttp: { listen: "0.0.0.0:${port}" }\n`,
  );
  assert.match((await runInside(outside(directory), ['whoami'], { env, url })).err, /\[not-a-daemon\]/);
});
