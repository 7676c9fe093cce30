import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadDesired } from '../../src/desired/load-desired.ts';
import { createTestContext } from '../support/desired.ts';
import { createRemote, temporaryDirectory } from '../support/git.ts';

test('a document of a commit whose ending is in capitals is left out with a warning, in every pass', async (t) => {
  const directory = await temporaryDirectory(t);
  const remote = await createRemote(directory, { 'ops/a.YAML': 'kind: Pack\n', 'ops/readme.md': '' });
  const entry = { type: 'git', name: 'ops', url: remote.url, ref: { type: 'default' }, path: 'ops' } as const;
  const context = createTestContext(directory, { desiredState: [entry] });
  for (const staging of ['first', 'again']) {
    const { problems, complete, entries } = await loadDesired(context, { staging: join(directory, staging) });
    assert.deepEqual(
      problems.map(({ severity, code }) => [severity, code]),
      [['warning', 'unknown-file']],
    );
    assert.match(problems[0]?.where?.file ?? '', /ops\/a\.YAML/);
    assert.deepEqual(entries, [{ name: 'ops', documents: 0 }]);
    assert.equal(complete, false, 'it may be a document that was meant, so no absence is believed');
  }
});
