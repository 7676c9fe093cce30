import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { applyVerb } from '../../src/cli/verbs/apply.ts';
import { migrateVerb } from '../../src/cli/verbs/migrate.ts';
import { packListVerb } from '../../src/cli/verbs/pack-list.ts';
import { packShowVerb } from '../../src/cli/verbs/pack-show.ts';
import { planVerb } from '../../src/cli/verbs/plan.ts';
import { statusVerb } from '../../src/cli/verbs/status.ts';
import { storeClaimVerb } from '../../src/cli/verbs/store-claim.ts';
import { validateVerb } from '../../src/cli/verbs/validate.ts';
import type { SyncError } from '../../src/errors.ts';
import { createTestDatabase } from '../support/database.ts';
import { addFiles, minimalPack } from '../support/packs.ts';
import { createFakeShell } from './fake-shell.ts';

const canary = 'canary-4711';
const apply = { lockTimeout: 5000, output: 'text' } as const;

/** A configuration with its own database and store, and one document of one pack. */
async function createWorld(document = 'kind: Pack\nref: demo\nsource: { directory: ../packs/demo }\n') {
  const made = await createTestDatabase({ sync: false });
  const directory = await mkdtemp(join(tmpdir(), 'apply-verb-'));
  const config = [
    'name: examples',
    'desiredState: [{ directory: desired }]',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what the configuration file itself replaces
    'database: { url: "${DATABASE_URL}" }',
    'stateDir: state',
    'packStore: store',
  ];
  const pack = Object.entries(minimalPack()).map(([path, content]) => [`packs/demo/${path}`, content]);
  await addFiles(directory, {
    ...Object.fromEntries(pack),
    'attune.config.yaml': `${config.join('\n')}\n`,
    'desired/demo.yaml': document,
  });
  const environment = { DATABASE_URL: made.url, DEMO_PASSWORD: canary };
  return {
    shell: (answers?: readonly string[], more = {}) =>
      createFakeShell({ directory, environment, ...(answers === undefined ? {} : { answers }), ...more }),
    directory,
    environment,
    count: async () => Number((await made.database.knex('pack').count({ count: '*' }))[0]?.count),
    [Symbol.asyncDispose]: async () => {
      await made.drop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

test('the plan is shown and asked about; no changes nothing, yes applies, and then nothing is left to ask', async () => {
  await using world = await createWorld();
  const no = world.shell(['n\n']);
  assert.equal(await applyVerb(no, apply), 3);
  assert.match(no.stdout(), /\n\+ {2}demo {2}install .*\nPlan: 1 to install\.\n\n$/s);
  assert.match(no.stderr(), /^Apply these changes\? \[y\/N\] Nothing was applied\.\n$/);
  assert.equal(await world.count(), 0);

  const yes = world.shell(['y\n']);
  assert.equal(await applyVerb(yes, apply), 0);
  assert.match(yes.stdout(), /Plan: 1 to install\.\n\n.*\nApplied 1 pack in .*: 1 installed\.\n$/s);
  assert.equal(await world.count(), 1);

  const again = world.shell([]);
  assert.equal(await applyVerb(again, apply), 0);
  assert.equal(again.stdout(), 'No changes. 1 pack matches the desired state.\n');
  assert.equal(again.stderr(), '');
});

test('without a terminal and without --yes the plan is shown and refused; with --yes nothing is asked', async () => {
  await using world = await createWorld();
  await assert.rejects(applyVerb(world.shell(), { ...apply, target: ['demi'] }), { code: 'unknown-target' });
  const alone = world.shell(undefined, { args: ['apply', '--config', "ann's.yaml"] });
  await assert.rejects(applyVerb(alone, apply), (error: SyncError) => {
    assert.equal(error.code, 'cannot-ask');
    assert.match(error.problems[0]?.hint ?? '', /`attune-sync apply --config 'ann'\\''s\.yaml' --yes`/);
    return true;
  });
  assert.match(alone.stdout(), /Plan: 1 to install\.\n\n$/);
  assert.equal(await world.count(), 0);
  const shell = world.shell();
  assert.equal(await applyVerb(shell, { ...apply, yes: true }), 0);
  const shown = shell.stdout();
  assert.match(shown, /Plan: 1 to install\.\n\n.*\nApplied 1 pack/s);
  assert.equal(shown.split('Plan: 1 to install.').length, 2, 'the plan is shown once, though made twice');
  assert.equal(shell.stderr(), '');
  assert.equal(await applyVerb(world.shell(), apply), 0, 'nothing is left to ask about');
});

test('where the result is for machines, the plan to ask about is on standard error', async () => {
  await using world = await createWorld();
  const shell = world.shell(['yes\n']);
  assert.equal(await applyVerb(shell, { ...apply, output: 'json' }), 0);
  const data = JSON.parse(shell.stdout());
  assert.equal(data.formatVersion, 1);
  assert.equal(data.plan.changes[0].pack, 'demo');
  assert.equal(data.result.packs[0].outcome, 'applied');
  assert.match(shell.stderr(), /Plan: 1 to install\..*Apply these changes\?/s);
});

test('plan writes nothing and tells pending changes by its exit code', async () => {
  await using world = await createWorld();
  const shell = world.shell();
  assert.equal(await planVerb(shell, { output: 'text' }), 0);
  assert.equal(await planVerb(shell, { output: 'text', detailedExitcode: true }), 2);
  assert.equal(await world.count(), 0);
  await applyVerb(world.shell(), { ...apply, yes: true });
  assert.equal(await planVerb(shell, { output: 'text', detailedExitcode: true }), 0);
});

test('a secret from the environment is in no output of any command, at no log level, in no format', async () => {
  const config = 'config: { password: { fromEnv: DEMO_PASSWORD } }\n';
  await using world = await createWorld(`kind: Pack\nref: demo\nsource: { directory: ../packs/demo }\n${config}`);
  for (const output of ['text', 'json', 'yaml'] as const) {
    for (const logFormat of ['text', 'json'] as const) {
      const shell = world.shell(undefined, { options: { logLevel: 'debug', logFormat } });
      await planVerb(shell, { output });
      await applyVerb(shell, { ...apply, yes: true, output });
      await statusVerb(shell, undefined, { output });
      await packListVerb(shell, { output });
      await packShowVerb(shell, 'demo', { output });
      await migrateVerb(shell, { output, lockTimeout: 5000, status: true });
      await validateVerb(shell, [], { output });
      await storeClaimVerb(shell, { lockTimeout: 5000 });
      const written = shell.stdout() + shell.stderr();
      assert.ok(written.length > 500);
      assert.ok(!written.includes(canary), written);
      assert.ok(!written.includes(Buffer.from(canary).toString('base64')));
    }
  }
});
