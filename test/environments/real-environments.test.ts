import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { readMark } from '../../src/environments/read-mark.ts';
import { Secret } from '../../src/secret.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { makeTarball, makeWheel } from '../support/local-packages.ts';

const python = `ref: core.python
name: Python
distributions: {}
execution_config:
  interpreter: { binary: python3, args: ["-u"], file_extension: .py }
  environment:
    env_type: virtualenv
    dir_name: .venv
    create_command: [python3, -m, venv, --copies, "{env_dir}"]
    interpreter_path: "{env_dir}/bin/python3"
  dependencies:
    manifest_file: requirements.txt
    install_command: ["{interpreter}", -m, pip, install, -r, "{manifest_path}"]
`;

/** As Attune has it: npm is told of the pack's directory only. */
const nodejs = `ref: core.nodejs
name: Node.js
distributions: {}
execution_config:
  interpreter: { binary: node, args: [], file_extension: .js }
  environment:
    env_type: node_modules
    dir_name: node_modules
    create_command: [npm, init, -y]
  dependencies:
    manifest_file: package.json
    install_command: [npm, install, --prefix, "{pack_dir}"]
`;

/** A fleet that builds with what this machine has, and where Attune's workers look beside it. */
async function createBuilder(variables: Readonly<Record<string, string | undefined>>): Promise<Fleet> {
  const fleet = await createFleet({ environment: { PATH: process.env.PATH ?? '' } });
  const given = Object.entries(variables).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, new Secret(value)]],
  );
  Object.assign(fleet.context.config.environments, {
    build: 'here',
    directory: join(fleet.directory, 'workers'),
    timeoutMs: 120_000,
    variables: Object.fromEntries(given),
  });
  await fleet.writePack('core', { 'runtimes/python.yaml': python, 'runtimes/nodejs.yaml': nodejs });
  return fleet;
}

async function run(program: string, ...args: string[]): Promise<string> {
  return (await promisify(execFile)(program, args, { env: { PATH: process.env.PATH ?? '' } })).stdout.trim();
}

test('an action in Python imports what its manifest asked for, after an upgrade too', async () => {
  await using fleet = await createBuilder({ PIP_NO_INDEX: '1' });
  const store = join(fleet.directory, 'store');
  const pack = (version: string, says: string, manifest: string) =>
    fleet.writePack(
      'pond',
      {
        'requirements.txt': manifest,
        'actions/croak.yaml': 'ref: pond.croak\nrunner_type: python\nentry_point: croak.py\n',
        'actions/croak.py': `import frog\nprint("${says}", frog.sound)\n`,
      },
      { version },
    );
  const act = () => run(join(store, 'pond/.venv/bin/python3'), '-u', join(store, 'pond/actions/croak.py'));
  await pack('1.0.0', 'one', './wheels/frog-1.0-py3-none-any.whl\n');
  const code = 'sound = "quak"\ndef main(): print(sound)\n';
  await makeWheel(join(fleet.directory, 'packs/pond/wheels'), 'frog', '1.0', code);

  const { result } = await fleet.apply();
  assert.equal(result.outcome, 'applied', JSON.stringify(result.packs));
  assert.equal(await act(), 'one quak');
  assert.equal(await run(join(store, 'pond/.venv/bin/frog')), 'quak', 'console scripts know where they are');
  const [key = ''] = readdirSync(join(store, '.environments'));
  const mark = readMark(store, key);
  assert.deepEqual([mark?.runtime, mark?.manifest?.path], ['core.python', 'requirements.txt']);
  assert.ok((mark?.bytes ?? 0) > 1_000_000);
  const worker = join(fleet.directory, 'workers/pond/python');
  assert.equal(await run(join(worker, 'bin/python3'), '-c', 'import frog; print(frog.sound)'), 'quak');
  assert.equal(readFileSync(join(worker, '.attune_deps_installed'), 'utf8'), mark?.manifest?.digest);
  assert.deepEqual((await fleet.plan()).changes, [], 'links and environments are no drift');

  await pack('1.1.0', 'two', './wheels/frog-1.0-py3-none-any.whl\n');
  await fleet.apply();
  assert.equal(await act(), 'two quak');
  assert.deepEqual(readdirSync(join(store, '.environments')), [key], 'nothing was built');
  assert.deepEqual(readMark(store, key), mark);
});

test('an action in Node.js requires what its manifest asked for: an archive, a directory and a package of the registry', async (t) => {
  const registry = process.env.npm_config_registry ?? 'https://registry.npmjs.org/';
  const certificates = process.env.NODE_EXTRA_CA_CERTS;
  const isThere = await run('npm', 'view', 'ms@2.1.3', 'version', '--registry', registry).catch(() => '');
  await using fleet = await createBuilder({ npm_config_registry: registry, NODE_EXTRA_CA_CERTS: certificates });
  const store = join(fleet.directory, 'store');
  const manifest = {
    dependencies: { toad: 'file:toad.tgz', newt: 'file:lib/newt', ...(isThere === '' ? {} : { ms: '2.1.3' }) },
  };
  if (isThere === '') t.diagnostic('the registry of npm does not answer: without a package of it');
  const action = `require('fs').writeSync(1, [require('toad'), require('newt'), ${isThere === '' ? '3600000' : "require('ms')('1h')"}].join(' '))`;
  await fleet.writePack('marsh', {
    'package.json': JSON.stringify(manifest),
    'lib/newt/package.json': JSON.stringify({ name: 'newt', version: '1.0.0', main: 'main.js' }),
    'lib/newt/main.js': 'module.exports = "newt";\n',
    'actions/say.yaml': 'ref: marsh.say\nrunner_type: nodejs\nentry_point: say.js\n',
    'actions/say.js': action,
  });
  await mkdir(join(fleet.directory, 'packs/marsh'), { recursive: true });
  await writeFile(
    join(fleet.directory, 'packs/marsh/toad.tgz'),
    await makeTarball('toad', '1.0.0', 'module.exports = "toad";\n'),
  );
  const { result } = await fleet.apply();
  assert.equal(result.outcome, 'applied', JSON.stringify(result.packs));
  const act = () => run('node', join(store, 'marsh/actions/say.js'));
  assert.equal(await act(), 'toad newt 3600000');
  const version = realpathSync(join(store, 'marsh'));
  assert.deepEqual(readdirSync(version).sort(), [
    'actions',
    'lib',
    'node_modules',
    'pack.yaml',
    'package.json',
    'toad.tgz',
  ]);
  assert.match(
    readlinkSync(join(version, 'node_modules')),
    /^\.\.\/\.\.\/\.\.\/\.environments\/[0-9a-f]{32}\/node_modules$/,
  );
  assert.equal(realpathSync(join(version, 'node_modules/newt')), join(version, 'lib/newt'));
  assert.deepEqual((await fleet.plan()).changes, []);

  await fleet.writePack(
    'marsh',
    { 'package.json': JSON.stringify({ dependencies: { ...manifest.dependencies, eft: 'file:no-such-eft.tgz' } }) },
    { version: '1.1.0' },
  );
  const failed = (await fleet.apply()).result.packs.find(({ ref }) => ref === 'marsh');
  assert.equal(failed?.outcome, 'failed');
  const [problem] = failed?.problems ?? [];
  assert.equal(problem?.code, 'environment-failed');
  assert.match(
    problem?.message ?? '',
    /^The environment of core\.nodejs could not be built: `npm install --prefix \{pack_dir\}` ended/,
  );
  assert.match(problem?.hint ?? '', /no-such-eft\.tgz[\s\S]*ENOENT[\s\S]*`attune-sync pack log marsh`/);
  assert.equal(await act(), 'toad newt 3600000', 'the version before runs on');
  assert.deepEqual(await fleet.sql(`SELECT version FROM pack WHERE ref = 'marsh'`), [{ version: '1.0.0' }]);
  assert.equal(readdirSync(join(store, '.environments')).length, 1);
});
