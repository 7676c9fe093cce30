import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { reconcile } from '../../src/reconcile.ts';
import { createFleet } from '../support/fleet.ts';

/** A runtime whose environments are made by a shell script of one line. */
function runtime(create: string): string {
  return `ref: core.shell
name: shell
distributions: {}
execution_config:
  interpreter: { binary: sh }
  environment: { env_type: directory, dir_name: .env, create_command: [sh, -c, '${create}'] }
`;
}

const action = (ref: string) => `ref: ${ref}.go\nrunner_type: core.shell\nentry_point: go.sh\n`;
const options = { cause: 'apply', who: 'test@here', lockTimeoutMs: 20_000 };

test('packs that need no build do not wait for those that do; those that need these come after them', async () => {
  await using fleet = await createFleet({ environment: { PATH: process.env.PATH ?? '' } });
  Object.assign(fleet.context.config.environments, { build: 'here', timeoutMs: 20_000 });
  const go = join(fleet.directory, 'go');
  await fleet.writePack('core', {
    'runtimes/shell.yaml': runtime(`until [ -e ${go} ]; do sleep 0.02; done; mkdir "{env_dir}"`),
  });
  await fleet.writePack('built', { 'actions/go.yaml': action('built'), 'actions/go.sh': '' });
  await fleet.writePack('child', {}, { pack: 'dependencies: [built]\n' });
  await fleet.writePack('plain');
  const links = ['core', 'plain', 'built', 'child'].map((ref) => join(fleet.directory, 'store', ref));
  const isThere = () => links.map((link) => existsSync(link));
  const running = reconcile(fleet.context, options);
  const done = running.then(
    () => true,
    () => true,
  );
  const isDone = () => Promise.race([done, new Promise<false>((resolve) => setTimeout(resolve, 10, false))]);
  while (!(isThere()[0] && isThere()[1]) && !(await isDone()));
  assert.deepEqual(isThere(), [true, true, false, false]);
  await writeFile(go, '');
  const { result } = await running;
  assert.equal(result?.outcome, 'applied');
  assert.deepEqual(
    result.packs.map(({ ref }) => ref),
    ['core', 'plain', 'built', 'child'],
  );
  assert.deepEqual(isThere(), [true, true, true, true]);
});

test('a pack whose environment cannot be built says so, also where it needs another that is blocked', async () => {
  await using fleet = await createFleet({ environment: { PATH: process.env.PATH ?? '' } });
  Object.assign(fleet.context.config.environments, { build: 'here' });
  const failing = 'testing: { runners: { all: { type: script, entry_point: fail.sh } } }\n';
  await fleet.writePack(
    'core',
    { 'runtimes/shell.yaml': runtime('echo no such frog; exit 3'), 'fail.sh': 'exit 1\n' },
    { pack: failing },
  );
  await fleet.writePack('pond', { 'actions/go.yaml': action('pond'), 'actions/go.sh': '' });
  const { result } = await reconcile(fleet.context, options);
  assert.deepEqual(
    result?.packs.map(({ ref, outcome, problems }) => [ref, outcome, problems.map(({ code }) => code)]),
    [
      ['core', 'blocked', ['tests-failed']],
      ['pond', 'failed', ['environment-failed']],
    ],
  );
});

const trigger = (ref: string) => `ref: ${ref}\nlabel: A trigger\n`;

test('what people make while an environment is built is not lost: it blocks, or the pack is planned again', async () => {
  await using fleet = await createFleet({ environment: { PATH: process.env.PATH ?? '' } });
  Object.assign(fleet.context.config.environments, { build: 'here', timeoutMs: 20_000 });
  const [go, begun] = [join(fleet.directory, 'go'), join(fleet.directory, 'begun')];
  const create = `touch ${begun}; until [ -e ${go} ]; do sleep 0.02; done; mkdir "{env_dir}"`;
  const dependencies = '  dependencies: { manifest_file: needs.txt, install_command: ["true"] }\n';
  await fleet.writePack('core', { 'runtimes/shell.yaml': runtime(create) + dependencies });
  const write = (ref: string, needs: string, triggers: readonly string[], version: string) =>
    fleet.writePack(
      ref,
      {
        'actions/go.yaml': action(ref),
        'actions/go.sh': '',
        'needs.txt': `${needs}\n`,
        ...Object.fromEntries(triggers.map((name) => [`triggers/${name}.yaml`, trigger(`${ref}.${name}`)])),
      },
      { version },
    );
  await write('pond', 'frog', ['splash', 'croak'], '1.0.0');
  await write('lake', 'frog', ['ripple'], '1.0.0');
  await writeFile(go, '');
  assert.equal((await reconcile(fleet.context, options)).result?.outcome, 'applied');
  await rm(go);
  await rm(begun);

  await write('pond', 'toad', ['splash'], '1.1.0');
  await rm(join(fleet.directory, 'packs/pond/triggers/croak.yaml'), { force: true });
  await write('lake', 'toad', ['ripple'], '1.1.0');
  const running = reconcile(fleet.context, options);
  const ended = running.then(
    () => true,
    () => true,
  );
  while (
    !existsSync(begun) &&
    !(await Promise.race([ended, new Promise<false>((done) => setTimeout(done, 10, false))]))
  );
  await fleet.sql(
    `INSERT INTO sensor (ref, pack, pack_ref, label, description, entrypoint, runtime, runtime_ref, trigger, trigger_ref, enabled, is_adhoc)
     SELECT 'pond.mine', t.pack, 'pond', 'Mine', '', 'mine.sh', r.id, r.ref, t.id, t.ref, TRUE, TRUE
       FROM trigger t, runtime r WHERE t.ref = 'pond.croak' AND r.ref = 'core.shell'`,
  );
  await fleet.sql(`UPDATE trigger SET enabled = FALSE WHERE ref = 'lake.ripple'`);
  await writeFile(go, '');
  const { result } = await running;
  assert.deepEqual(
    result?.packs.map(({ ref, outcome, problems }) => [ref, outcome, problems.map(({ code }) => code)]),
    [
      ['lake', 'failed', ['changed-meanwhile']],
      ['pond', 'blocked', ['in-use']],
    ],
  );
  assert.deepEqual(await fleet.sql(`SELECT ref FROM sensor`), [{ ref: 'pond.mine' }]);
  const again = await reconcile(fleet.context, options);
  assert.deepEqual(
    again.result?.packs.map(({ ref, outcome }) => [ref, outcome]),
    [
      ['lake', 'applied'],
      ['pond', 'blocked'],
    ],
  );
  assert.deepEqual(await fleet.sql(`SELECT enabled FROM trigger WHERE ref = 'lake.ripple'`), [{ enabled: false }]);
});

test('a broken environment is made again by one run, also where workers are to be led to it', async () => {
  await using fleet = await createFleet({ environment: { PATH: process.env.PATH ?? '' } });
  const store = join(fleet.directory, 'store');
  const directory = join(fleet.directory, 'workers');
  Object.assign(fleet.context.config.environments, { build: 'here', directory });
  await fleet.writePack('core', { 'runtimes/shell.yaml': runtime('mkdir "{env_dir}"') });
  await fleet.writePack('pond', { 'actions/go.yaml': action('pond'), 'actions/go.sh': '' });
  assert.equal((await reconcile(fleet.context, options)).result?.outcome, 'applied');
  await rm(join(store, '.environments'), { recursive: true });
  await rm(join(directory, 'pond/shell'));
  const { result } = await reconcile(fleet.context, options);
  assert.deepEqual(
    result?.packs.map(({ ref, action: made, reason, outcome }) => [ref, made, reason?.code, outcome]),
    [['pond', 'repair', 'environment-broken', 'applied']],
  );
  assert.equal(existsSync(join(directory, 'pond/shell')) && existsSync(join(store, 'pond/.env')), true);
  assert.equal((await reconcile(fleet.context, options)).result?.outcome, 'unchanged');
});

test('a runtime that says something else waits for the environments that are built by it', async () => {
  await using fleet = await createFleet({ environment: { PATH: process.env.PATH ?? '' } });
  Object.assign(fleet.context.config.environments, { build: 'here', timeoutMs: 20_000 });
  const [go, begun] = [join(fleet.directory, 'go'), join(fleet.directory, 'begun')];
  const wait = `touch ${begun}; until [ -e ${go} ]; do sleep 0.02; done; mkdir "{env_dir}"`;
  await fleet.writePack('core', { 'runtimes/shell.yaml': runtime('mkdir "{env_dir}"') });
  await fleet.writePack('pond', { 'actions/go.yaml': action('pond'), 'actions/go.sh': '' });
  await fleet.writePack('plain');
  assert.equal((await reconcile(fleet.context, options)).result?.outcome, 'applied');
  await fleet.writePack(
    'core',
    { 'runtimes/shell.yaml': runtime(wait).replace('.env', '.env2') },
    { version: '1.1.0' },
  );
  await fleet.writePack('plain', {}, { version: '1.1.0' });
  const running = reconcile(fleet.context, options);
  const plain = join(fleet.directory, 'store/plain-1.1.0');
  const ended = running.then(
    () => true,
    () => true,
  );
  const isDone = () => Promise.race([ended, new Promise<false>((done) => setTimeout(done, 10, false))]);
  while (!(existsSync(begun) && existsSync(plain)) && !(await isDone()));
  const versions = () => fleet.sql(`SELECT ref, version FROM pack WHERE ref <> 'pond' ORDER BY 1`);
  assert.deepEqual(await versions(), [
    { ref: 'core', version: '1.0.0' },
    { ref: 'plain', version: '1.1.0' },
  ]);
  await writeFile(go, '');
  assert.equal((await running).result?.outcome, 'applied');
  assert.equal(existsSync(join(fleet.directory, 'store/pond/.env2')), true);
  assert.deepEqual((await versions())[0], { ref: 'core', version: '1.1.0' });
});
