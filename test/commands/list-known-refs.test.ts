import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { runInside } from '../support/cli-inside.ts';
import { createFleet } from '../support/fleet.ts';

const config = `name: test
desiredState: [{ directory: desired }]
database: { url: "\${UNSET}" }
packStore: store
`;

test('packs to complete are those of documents and of the pack store, without the variables of the configuration', async () => {
  await using fleet = await createFleet();
  await fleet.writePack('core');
  await fleet.apply();
  await fleet.write({
    'attune.config.yaml': config,
    'desired/core.yaml': null,
    'desired/new.yaml':
      'kind: Pack\nref: jira # ours\n---\nkind: Pack\nref: "slack"\n---\nkind: Pack\nref: $(touch evil)\n',
  });
  await symlink('nowhere', join(fleet.directory, 'store/somebody'));
  const { code, out, err } = await runInside(fleet, ['complete-refs']);
  assert.deepEqual({ code, out, err }, { code: 0, out: 'core\njira\nslack\n', err: '' });
});

test('where nothing can be read, nothing is offered and nothing is said', async () => {
  await using fleet = await createFleet();
  for (const text of [null, 'name: [', 'name: 3\n']) {
    await fleet.write({ 'attune.config.yaml': text });
    const { code, out, err } = await runInside(fleet, ['complete-refs']);
    assert.deepEqual({ code, out, err }, { code: 0, out: '', err: '' });
  }
});
