import assert from 'node:assert/strict';
import { test } from 'node:test';
import { status } from '../../src/commands/status.ts';
import { reconcile } from '../../src/reconcile.ts';
import { tinyPack } from '../support/desired.ts';
import { createFleet } from '../support/fleet.ts';
import { createRemote, gitEnvironment, temporaryDirectory } from '../support/git.ts';

const below = Object.fromEntries(Object.entries(tinyPack('one')).map(([path, text]) => [`packs/one/${path}`, text]));
const document = 'kind: Pack\nref: one\nsource: { directory: ../packs/one }\n';

test('what is wrong with documents of a git entry is in status, and what only this shell lacks is not', async (t) => {
  await using fleet = await createFleet({ environment: { PATH: gitEnvironment.PATH } });
  const remote = await createRemote(await temporaryDirectory(t), { 'desired/one.yaml': document, ...below });
  const entry = { type: 'git', name: 'ops', url: remote.url, ref: { type: 'branch', branch: 'main' } } as const;
  const config = { ...fleet.context.config, desiredState: [{ ...entry, path: 'desired' }] };
  const local = { documents: [], mentioned: [], entries: [], problems: [] };
  const shown = async () => {
    const context = { ...fleet.context, config: { ...config } };
    await reconcile(context, { cause: 'daemon', who: 'ann@host', lockTimeoutMs: 20_000 });
    const { packs, problems } = await status({ ...context, config: { ...config } }, local);
    return { packs: packs.map(({ ref, state }) => `${ref} ${state}`), problems };
  };
  assert.deepEqual(await shown(), { packs: ['one degraded'], problems: [] });

  await remote.commit({
    'desired/one.yaml': `${document}verison: 3\n`,
    'desired/two.yaml': 'kind: Pack\nref: [two\n',
    'desired/three.yaml': `${document.replace('one', 'three')}config: { password: { fromEnv: NOT_SET_HERE } }\n`,
    'desired/four.yaml': `${document.replace('one', 'four')}config: { password: { fromFile: /nonexistent/four } }\n`,
  });
  const { packs, problems } = await shown();
  assert.deepEqual(packs, ['four not installed', 'one degraded', 'three not installed']);
  assert.deepEqual(
    problems.map(({ severity, code, where }) => [severity, code, where?.file, where?.line]),
    [
      ['error', 'unknown-key', `${remote.url}:desired/one.yaml`, 4],
      ['error', 'yaml-syntax', `${remote.url}:desired/two.yaml`, 3],
    ],
  );
});
