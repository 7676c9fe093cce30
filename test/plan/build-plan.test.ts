import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applied, component, nothingInstalled, plan, wanted } from './build.ts';

const jira = wanted('jira', [
  component('action', 'jira.create'),
  component('rule', 'jira.r', { names: { action: 'jira.create' } }),
]);
test('an installed pack is unchanged', () => {
  const first = plan([jira], nothingInstalled);
  assert.equal(first.changes[0]?.action, 'install');
  assert.deepEqual(plan([jira], applied([jira])).changes, []);
});
