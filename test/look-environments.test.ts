import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { DatabaseContext } from '../src/context.ts';
import type { PackEnvironment } from '../src/environments/environment.ts';
import { look } from '../src/look.ts';
import type { Plan } from '../src/plan/plan.ts';
import { createFleet, type Fleet } from './support/fleet.ts';

const python = `ref: core.python
name: Python
execution_config:
  interpreter: { binary: fakepython }
  environment: { env_type: virtualenv, dir_name: .venv, create_command: [x], interpreter_path: "{env_dir}/bin/python3" }
  dependencies: { manifest_file: requirements.txt, install_command: [y] }
`;
const action = 'ref: jira.close\nrunner_type: python\nentry_point: close.py\n';

interface Scene extends AsyncDisposable {
  readonly fleet: Fleet;
  /** As the fleet's, on a machine with a Python and where environments are built. */
  readonly context: DatabaseContext;
  plan(): Promise<Plan>;
  /** The environments of `jira`, with what stands in for a build of each. */
  find(): Promise<readonly PackEnvironment[]>;
  build(environment: PackEnvironment): Promise<void>;
  /** How often the interpreter was asked. */
  asked(): Promise<number>;
}

async function open(build: 'here' | 'workers' | 'never' = 'here', directory?: string): Promise<Scene> {
  const fleet = await createFleet();
  await fleet.writePack('core', { 'runtimes/python.yaml': python });
  await fleet.writePack('jira', {
    'actions/close.yaml': action,
    'actions/close.py': '',
    'requirements.txt': './wheels/a.whl\n',
    'wheels/a.whl': 'a',
  });
  const bin = join(fleet.directory, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'fakepython'), `#!/bin/sh\necho x >> "\${0%/*}/asked"\necho Python 3.11.2\n`);
  await chmod(join(bin, 'fakepython'), 0o755);
  const environments = { build, timeoutMs: 1000, variables: {}, ...(directory === undefined ? {} : { directory }) };
  const context = {
    ...fleet.context,
    config: { ...fleet.context.config, environments },
    environment: { PATH: bin },
  };
  const { directory: store } = context.config.packStore;
  const plan = async () => (await look(context)).plan;
  return {
    fleet,
    context,
    plan,
    find: async () => (await plan()).changes.find(({ ref }) => ref === 'jira')?.environments ?? [],
    async build({ key, link, interpreter, manifest }) {
      const place = join(store, '.environments', key);
      await mkdir(join(place, '.venv/bin'), { recursive: true });
      await writeFile(join(place, '.venv/bin/python3'), '', { mode: 0o755 });
      const mark = { formatVersion: 1, key, runtime: 'core.python', version: null, builtAt: '2026-01-02T03:04:05Z' };
      await writeFile(join(place, '.complete'), JSON.stringify({ ...mark, interpreter, manifest }));
      const [recorded] = await fleet.sql<{ version: string; digest: string }>(
        `SELECT version, digest FROM attune_sync.pack WHERE ref = 'jira'`,
      );
      if (recorded === undefined) return;
      const version = join(store, '.versions/jira', `${recorded.version}-${recorded.digest.slice(0, 12)}`);
      await symlink(`../../../.environments/${key}/.venv`, join(version, link));
    },
    asked: async () => (await readFile(join(bin, 'asked'), 'utf8').catch(() => '')).split('\n').length - 1,
    [Symbol.asyncDispose]: () => fleet[Symbol.asyncDispose](),
  };
}

describe('environments on this machine', () => {
  it('are found for what is not installed yet, by its files as they are staged, and anew where these are known', async () => {
    await using scene = await open();
    const [environment] = await scene.find();
    assert.deepEqual([environment?.op, environment?.link, environment?.why], ['build', '.venv', 'not built yet']);
    assert.deepEqual(environment?.interpreter, {
      path: join(scene.fleet.directory, 'bin/fakepython'),
      version: '3.11.2',
    });
    assert.deepEqual(
      [environment?.manifest?.path, environment?.manifest?.files.map(({ path }) => path)],
      ['requirements.txt', ['wheels/a.whl']],
    );
    await rm(join(scene.context.config.stateDir, 'contents'), { recursive: true });
    const again = { ...scene.context, config: { ...scene.context.config } };
    assert.deepEqual((await look(again)).plan.changes[1]?.environments, [environment]);
    // By now the content is known, and nothing is staged for it.
    const third = { ...scene.context, config: { ...scene.context.config } };
    await rm(join(scene.context.config.stateDir, 'contents'), { recursive: true });
    await look({
      ...third,
      config: { ...third.config, environments: { ...third.config.environments, build: 'never' } },
    });
    assert.deepEqual((await look(third)).plan.changes[1]?.environments, [environment]);
  });

  it('are asked for once, and not looked at again while nothing changes', async () => {
    await using scene = await open();
    await scene.fleet.apply();
    const [environment] = await scene.find();
    assert.ok(environment);
    await scene.build(environment);
    for (const _ of [1, 2]) assert.deepEqual((await scene.plan()).changes, []);
    assert.equal(await scene.asked(), 1);
  });

  it('are repaired where they are damaged, and where the interpreter is another', async () => {
    await using scene = await open();
    await scene.fleet.apply();
    const [environment] = await scene.find();
    assert.ok(environment);
    await scene.build(environment);
    const place = join(scene.context.config.packStore.directory, '.environments', environment.key);
    const reason = async () =>
      (await scene.plan()).changes.map(({ reason: { code, sentence } }) => `${code} ${sentence}`);
    await rm(join(place, '.venv/bin/python3'));
    assert.deepEqual(await reason(), ['environment-broken environment .venv: bin/python3 is missing']);
    await rm(join(place, '.complete'));
    assert.deepEqual(await reason(), ['environment-broken environment .venv: half-built']);
    await rm(place, { recursive: true });
    assert.deepEqual(await reason(), ['environment-broken environment .venv: not there any more']);
    await mkdir(join(place, '.venv/bin'), { recursive: true });
    const mark = { formatVersion: 1, key: environment.key, runtime: 'core.python', version: null, builtAt: '' };
    const { interpreter } = environment;
    await writeFile(join(place, '.complete'), JSON.stringify({ ...mark, interpreter, manifest: environment.manifest }));
    await writeFile(join(place, '.venv/bin/python3'), '', { mode: 0o755 });
    assert.deepEqual(await reason(), []);
    await writeFile(join(scene.fleet.directory, 'bin/fakepython'), '#!/bin/sh\necho Python 3.12.1 now\n');
    assert.deepEqual(await reason(), ['environment-changed environment .venv: fakepython is 3.12.1 now, was 3.11.2']);
  });

  it('are seen for the runtime as it is and as it will be, where its change is held back', async () => {
    await using scene = await open();
    await scene.fleet.apply();
    const [environment] = await scene.find();
    assert.ok(environment);
    await scene.build(environment);
    const other = python.replace('install_command: [y]', 'install_command: [z]');
    await scene.fleet.writePack('core', { 'runtimes/python.yaml': other }, { version: '1.1.0' });
    const made = await scene.plan();
    assert.deepEqual(
      made.changes.map(({ ref, reason }) => `${ref} ${reason.sentence}`),
      ['core 1.0.0 → 1.1.0', 'jira environment .venv: core.python changed'],
    );
    const pack = 'dependencies: [gone]\n';
    await scene.fleet.writePack('core', { 'runtimes/python.yaml': other }, { version: '1.1.0', pack });
    const held = await scene.plan();
    assert.deepEqual(
      held.changes.map(({ ref, blocks }) => `${ref} ${blocks.map(({ code }) => code)}`),
      ['core missing-dependency'],
    );
    assert.deepEqual(held.unchanged, ['jira']);
  });

  it('that cannot be made again block their pack only where they are broken', async () => {
    await using scene = await open();
    await scene.fleet.apply();
    const [environment] = await scene.find();
    assert.ok(environment);
    await scene.build(environment);
    await rm(join(scene.fleet.directory, 'bin/fakepython'));
    const told = await scene.plan();
    assert.deepEqual([told.changes, told.notes.map(({ code }) => code)], [[], ['interpreter-missing']]);
    await rm(join(scene.context.config.packStore.directory, '.environments', environment.key, '.venv/bin/python3'));
    const [change] = (await scene.plan()).changes;
    assert.deepEqual(
      [change?.action, change?.reason.sentence, change?.blocks.map(({ code }) => code)],
      ['repair', 'environment .venv: bin/python3 is missing', ['interpreter-missing']],
    );
  });

  it('are led to where Attune’s workers look', async () => {
    await using scene = await open('here', '/nowhere/envs');
    await scene.fleet.apply();
    const [environment] = await scene.find();
    assert.equal(environment?.workerName, 'python');
    assert.ok(environment);
    await scene.build(environment);
    const [found] = await scene.find();
    assert.deepEqual([found?.op, found?.why], ['link', 'workers are not led to it yet']);
  });

  it('are not looked at where no pack runs in a runtime that has any', async () => {
    await using scene = await open();
    await scene.fleet.write({ 'packs/core/runtimes/python.yaml': 'ref: core.python\nname: Python\n' });
    assert.deepEqual(await scene.find(), []);
    assert.equal(await scene.asked(), 0);
  });

  for (const build of ['workers', 'never'] as const) {
    it(`are not looked at where ${build === 'workers' ? 'workers build them' : 'nobody builds them'}`, async () => {
      await using scene = await open(build);
      assert.deepEqual(await scene.find(), []);
      assert.equal(await scene.asked(), 0);
    });
  }

  it('are left out of a plan without the pack store', async () => {
    await using scene = await open();
    const { plan } = await look(scene.context, { withoutStore: true });
    assert.ok(plan.changes.every(({ environments }) => environments === undefined));
  });
});
