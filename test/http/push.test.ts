import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { serveHttp } from '../../src/http/serve-http.ts';
import { startDaemon } from '../daemon/start-daemon.ts';
import { createFleet } from '../support/fleet.ts';
import { createRemote } from '../support/git.ts';
import { hasProgram, runProgram } from '../support/run-program.ts';
import { operatorToken, settings, webhookSecret } from './http-scene.ts';

const needs = ['curl', 'openssl'];
const missing = (await Promise.all(needs.map(async (name) => ((await hasProgram(name)) ? [] : [name])))).flat();
const skip = missing.length > 0 && `${missing.join(' and ')} is not installed`;

/** What docs/http.md shows. */
const postReceive = (url: string) => `#!/bin/sh
body="{\\"url\\": \\"file://$(pwd)\\"}"
signature=$(printf %s "$body" | openssl dgst -sha256 -hmac '${webhookSecret}' | sed 's/^.* //')
curl -sS --max-time 5 -H "X-Signature: sha256=$signature" -d "$body" ${url}/webhooks/from-generic
`;

test('a push reaches Postgres by way of a hook and curl, long before the interval', { skip }, async () => {
  // Nothing but the webhook can make the daemon look.
  await using fleet = await createFleet({ sync: { intervalMs: 3_600_000 } });
  const packYaml = (version: string) => ({ 'pack.yaml': `ref: herald\nlabel: Herald\nversion: ${version}\n` });
  const remote = await createRemote(fleet.directory, packYaml('1.0.0'), 'herald');
  await fleet.write({
    'desired/herald.yaml': 'kind: Pack\nref: herald\nsource:\n  git: { url: ../herald.git, branch: main }\n',
  });
  const stop = new AbortController();
  const daemon = await startDaemon(fleet, stop, undefined, { companions: [serveHttp(settings, '0.0.0-test')] });
  try {
    await daemon.says(/^Applied 1 pack .* 1 installed\./);
    const [, url = ''] = daemon.lines.join('\n').match(/Serving HTTP on (\S+)\./) ?? [];
    const hook = join(remote.path, 'hooks', 'post-receive');
    await writeFile(hook, postReceive(url), { mode: 0o755 });
    const applied = daemon.says(/^Applied 1 pack .* 1 reinstalled\./);
    await remote.commit(packYaml('1.1.0'));
    await applied;
    assert.deepEqual(await fleet.sql("SELECT version FROM pack WHERE ref = 'herald'"), [{ version: '1.1.0' }]);

    const curl = (path: string, ...args: string[]) =>
      runProgram('curl', [
        '-sS',
        '--max-time',
        '20',
        '-H',
        `Authorization: Bearer ${operatorToken}`,
        ...args,
        url + path,
      ]);
    const { changes } = JSON.parse(await curl('/api/v1/runs?limit=1'));
    assert.equal(changes[0].who, 'webhook from-generic', 'history says what the run came from');
    const { events } = JSON.parse(await curl('/api/v1/events?type=look-requested', '-H', 'Accept: application/json'));
    assert.deepEqual(events[0].urls, [remote.path], 'and the event which remote was pushed to');
    await fleet.write({ 'desired/herald.yaml': null });
    const json = ['-H', 'Content-Type: application/json', '-d', '{"wait": true}'];
    const asked = JSON.parse(await curl('/api/v1/reconcile', ...json));
    assert.deepEqual([asked.done, asked.who], [true, 'deploy (token ci)']);
    assert.match(await curl('/metrics'), /^attune_sync_leader 1$/m);
    assert.equal(JSON.parse(await curl('/readyz')).ready, true);
  } finally {
    stop.abort();
    await daemon.ended;
  }
});
