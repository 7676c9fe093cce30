import assert from 'node:assert/strict';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeRemote } from '../../examples/make-remote.ts';
import type { DatabaseContext } from '../../src/context.ts';
import { look } from '../../src/look.ts';
import { reconcile } from '../../src/reconcile.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';

const examples = join(import.meta.dirname, '..', '..', 'examples');
const run = { cause: 'apply', who: 'test@here', lockTimeoutMs: 20_000 } as const;

/** A copy of the examples, its remote made as `npm start` makes it. */
async function copyExamples(fleet: Fleet): Promise<DatabaseContext> {
  const copy = join(fleet.directory, 'examples');
  await cp(examples, copy, { recursive: true });
  await makeRemote(join(copy, 'remote', 'herald'), join(fleet.directory, '.attune', 'remotes', 'herald.git'));
  const directory = join(copy, 'desired');
  const desiredState = [{ type: 'directory', name: 'examples/desired', directory }] as const;
  return { ...fleet.context, config: { ...fleet.context.config, desiredState } };
}

test('every example is valid, without a warning, and planned to be installed after what it needs', async () => {
  await using fleet = await createFleet();
  const { desired, plan } = await look(await copyExamples(fleet));
  assert.deepEqual(desired.problems, []);
  assert.deepEqual(plan.unreadable, []);
  assert.deepEqual(
    plan.changes.map(({ ref, action, after, warnings, blocks, degraded, orphans }) => ({
      ...{ ref, action, after },
      ...{ found: [...warnings, ...blocks, ...degraded, ...orphans] },
    })),
    [
      { ref: 'core', action: 'install', after: [], found: [] },
      { ref: 'greenhouse', action: 'install', after: ['core'], found: [] },
      { ref: 'herald', action: 'install', after: ['core'], found: [] },
      { ref: 'lights', action: 'install', after: ['core'], found: [] },
      { ref: 'house', action: 'install', after: ['core', 'greenhouse', 'lights'], found: [] },
    ],
  );
});

test('the examples are applied with every component linked, and a second time nothing is left to do', async () => {
  await using fleet = await createFleet();
  const context = await copyExamples(fleet);
  const first = await reconcile(context, run);
  assert.equal(first.result?.outcome, 'applied');
  const [count] = await fleet.sql(`
    SELECT (SELECT count(*)::int FROM pack) AS packs, (SELECT count(*)::int FROM runtime) AS runtimes,
      (SELECT count(*)::int FROM runtime_version) AS versions, (SELECT count(*)::int FROM trigger) AS triggers,
      (SELECT count(*)::int FROM action) AS actions, (SELECT count(*)::int FROM sensor) AS sensors,
      (SELECT count(*)::int FROM rule) AS rules, (SELECT count(*)::int FROM policy) AS policies,
      (SELECT count(*)::int FROM workflow_definition) AS workflows,
      (SELECT count(*)::int FROM permission_set) AS permissions`);
  assert.deepEqual(count, {
    ...{ packs: 5, runtimes: 4, versions: 5, triggers: 5, actions: 7, sensors: 2 },
    ...{ rules: 4, policies: 1, workflows: 1, permissions: 1 },
  });
  assert.deepEqual(await fleet.sql('SELECT ref FROM rule WHERE action IS NULL OR trigger IS NULL'), []);
  assert.deepEqual(await fleet.sql('SELECT ref FROM action WHERE runtime IS NULL AND NOT is_workflow'), []);
  assert.deepEqual(await fleet.sql('SELECT ref FROM rule WHERE NOT enabled'), [{ ref: 'house.hourly_greeting' }]);
  assert.deepEqual(await fleet.sql("SELECT config FROM pack WHERE ref = 'greenhouse'"), [
    { config: { station: 'north-roof', frost_below: 3, heat_above: 32 } },
  ]);

  const second = await reconcile(context, run);
  assert.deepEqual(second.plan.changes, []);
  assert.equal(second.result?.outcome, 'unchanged');
  assert.equal(second.result?.run, null);
});

test('the rule that the examples add by SQL is an orphan until a pack brings its action', async () => {
  await using fleet = await createFleet();
  const context = await copyExamples(fleet);
  await reconcile(context, run);
  const addRule = await readFile(join(examples, 'sql', 'add-adhoc-rule.sql'), 'utf8');
  await fleet.sql(addRule);
  assert.equal((await fleet.sql(addRule)).length, 1, 'it works twice');
  const { plan } = await look(context);
  assert.deepEqual(
    plan.notes.map(({ rows }) => rows),
    [['rule herald.my_rule']],
  );
});
