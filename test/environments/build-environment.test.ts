import assert from 'node:assert/strict';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readState } from '../../src/environments/facts/read-state.ts';
import { readMark } from '../../src/environments/read-mark.ts';
import { SyncError } from '../../src/errors.ts';
import { Secret } from '../../src/secret.ts';
import { createScene, hasCode, needing, openScene, placeOf, shellConfig, shellEnvironment } from './build-scene.ts';

test('an environment is built beside the versions, marked last, and linked', async (t) => {
  const { store, publish, prepare } = await createScene(t);
  const version = await publish('pond');
  const environment = shellEnvironment(
    'umask 077; mkdir -p "$0/bin"; echo hi > "$0/bin/tool"; chmod 4700 "$0/bin/tool"',
  );
  await prepare(needing('pond', environment));
  const place = placeOf(store, environment);
  assert.equal(readlinkSync(join(version, '.venv')), `../../../.environments/${environment.key}/.venv`);
  assert.equal(realpathSync(join(version, '.venv')), realpathSync(place));
  assert.equal(readFileSync(join(version, '.venv/bin/tool'), 'utf8'), 'hi\n');
  const modes = [join(place, '..'), place, join(place, 'bin'), join(place, 'bin/tool')].map(
    (path) => statSync(path).mode,
  );
  assert.deepEqual(
    modes.map((mode) => (mode & 0o7777).toString(8)),
    ['755', '755', '755', '755'],
  );
  const mark = readMark(store, environment.key);
  assert.deepEqual([mark?.runtime, mark?.version, mark?.manifest], ['core.shell', null, null]);
  assert.ok((mark?.bytes ?? 0) >= 4096 && (mark?.durationMs ?? -1) >= 0);
  assert.ok(Date.now() - Date.parse(mark?.builtAt ?? '') < 60_000);
  assert.deepEqual(readdirSync(join(store, '.staging')), []);
  assert.deepEqual(readdirSync(join(store, '.environments')), [environment.key]);
});

test('everybody may read the marks of an environment, whatever the umask is', async (t) => {
  const { store, publish, prepare } = await createScene(t);
  await publish('pond');
  const umask = process.umask(0o077);
  t.after(() => void process.umask(umask));
  const manifest = { path: 'needs.txt', digest: 'f'.repeat(64), files: [], isOwn: false };
  const environment = shellEnvironment('mkdir "$0"', { manifest });
  await prepare(needing('pond', environment));
  const place = placeOf(store, environment);
  for (const file of [join(place, '.attune_deps_installed'), join(place, '../.complete')])
    assert.equal((statSync(file).mode & 0o777).toString(8), '644', file);
});

test('no name of an environment is in the way of its mark', async (t) => {
  const { store, publish, prepare } = await createScene(t);
  await publish('pond');
  const name = '.complete.draft';
  const config = shellConfig('mkdir "$0"; echo hi > "$0/tool"', 'virtualenv', name);
  const environment = shellEnvironment('', { config, link: name });
  await prepare(needing('pond', environment));
  assert.deepEqual(readdirSync(join(store, '.environments', environment.key)).sort(), ['.complete', name]);
  assert.equal(readFileSync(join(placeOf(store, environment), 'tool'), 'utf8'), 'hi\n');
});

test('commands work in a copy of the pack, which can be spoilt and is gone afterwards', async (t) => {
  const { store, publish, prepare } = await createScene(t);
  const version = await publish('pond', { 'lib/a.txt': 'a' });
  const script =
    'mkdir "$0"; cp lib/a.txt "$0"; pwd > "$0/where"; echo "$1" >> "$0/where"; rm -r lib; echo x > pack.yaml; touch "$HOME/h" "$TMPDIR/t"';
  const environment = shellEnvironment(script);
  await prepare(needing('pond', environment));
  assert.deepEqual(readdirSync(placeOf(store, environment)).sort(), ['a.txt', 'where']);
  const [cwd = '', packDirectory = ''] = readFileSync(join(version, '.venv/where'), 'utf8').split('\n');
  assert.equal(cwd, packDirectory);
  assert.equal(existsSync(cwd), false);
  assert.equal(readFileSync(join(version, 'pack.yaml'), 'utf8'), 'ref: pond\n');
  assert.deepEqual(readdirSync(version).sort(), ['.venv', 'lib', 'pack.yaml']);
});

test('a command gets the variables that it needs, those of the configuration, and no others', async (t) => {
  const variables = { HTTPS_PROXY: new Secret('http://proxy.example.com:3128'), npm_config_audit: new Secret('true') };
  const { store, context, publish, prepare } = await createScene(t, { environments: { variables } });
  await publish('pond');
  process.env.ATTUNE_TEST_TOKEN = 'hidden';
  t.after(() => delete process.env.ATTUNE_TEST_TOKEN);
  const environment = shellEnvironment('mkdir "$0"; env > "$0/env"');
  const scripts = shellEnvironment('mkdir "$0"; env > "$0/env"', {
    key: 'b'.repeat(32),
    link: 'two',
    buildScripts: true,
  });
  await prepare(needing('pond', environment, scripts));
  const read = (one: typeof environment) =>
    Object.fromEntries(
      readFileSync(join(placeOf(store, one), 'env'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.split(/=(.*)/s).slice(0, 2)),
    ) as Record<string, string>;
  const found = read(environment);
  assert.deepEqual(
    Object.keys(found)
      .filter((name) => !['_', 'PWD', 'OLDPWD', 'SHLVL'].includes(name))
      .sort(),
    [
      'ATTUNE_SYNC_COMMAND',
      'HOME',
      'HTTPS_PROXY',
      'LANG',
      'PATH',
      'PIP_CACHE_DIR',
      'PIP_DISABLE_PIP_VERSION_CHECK',
      'PIP_NO_INPUT',
      'TMPDIR',
      'npm_config_audit',
      'npm_config_cache',
      'npm_config_fund',
      'npm_config_ignore_scripts',
      'npm_config_update_notifier',
    ],
  );
  assert.deepEqual([found.npm_config_audit, found.npm_config_ignore_scripts], ['true', 'true']);
  assert.equal(read(scripts).npm_config_ignore_scripts, undefined);
  assert.ok(found.HOME?.startsWith(join(store, '.staging/')));
  assert.ok(found.PIP_CACHE_DIR?.startsWith(context.config.stateDir));
});

test('the manifest is installed once the environment is there, and Attune’s workers find their marker', async (t) => {
  const { store, publish, prepare } = await createScene(t);
  await publish('pond', { 'needs.txt': 'one\n' });
  const config = shellConfig('mkdir -p "$0/bin"; ln -s /bin/sh "$0/bin/own"');
  const environment = shellEnvironment('', {
    manifest: { path: 'needs.txt', digest: 'f'.repeat(64), files: [], isOwn: false },
    config: {
      ...config,
      environment:
        config.environment === null ? null : { ...config.environment, interpreterPath: '{pack_dir}/.venv/bin/own' },
      dependencies: {
        manifest: 'needs.txt',
        install: [
          '{interpreter}',
          '-c',
          'cp "$0" "$1/installed"; echo "$2" > "$1/by"',
          '{manifest_path}',
          '{env_dir}',
          '{interpreter}',
        ],
      },
    },
  });
  await prepare(needing('pond', environment));
  const place = placeOf(store, environment);
  assert.equal(readFileSync(join(place, 'installed'), 'utf8'), 'one\n');
  assert.equal(readFileSync(join(place, 'by'), 'utf8'), `${place}/bin/own\n`);
  assert.equal(readFileSync(join(place, '.attune_deps_installed'), 'utf8'), 'f'.repeat(64));
});

test('what a command makes in the directory of the pack is moved, but for a virtualenv', async (t) => {
  const { store, publish, prepare } = await createScene(t);
  const version = await publish('pond');
  const script = 'mkdir -p "$1/mods/one"; ln -s one "$1/mods/two"; ln -s "$1/mods/one" "$1/mods/three"';
  const moved = shellEnvironment('', { config: shellConfig(script, 'node_modules', 'mods'), link: 'mods' });
  await prepare(needing('pond', moved));
  const place = placeOf(store, moved);
  assert.deepEqual(readdirSync(place).sort(), ['one', 'three', 'two']);
  assert.equal(realpathSync(join(version, 'mods/three')), realpathSync(join(place, 'one')));
  const fixed = shellEnvironment('', { config: shellConfig(script, 'virtualenv', 'mods'), key: 'c'.repeat(32) });
  await assert.rejects(
    prepare(needing('pond', fixed)),
    hasCode('environment-failed', /virtualenv was made at mods/, /\{env_dir\}/),
  );
  assert.equal(existsSync(join(store, '.environments', fixed.key)), false);
});

test('a link into the copy of the pack leads to the pack, where the environment is this content’s alone', async (t) => {
  const { store, publish, prepare } = await createScene(t);
  const version = await publish('pond', { 'lib/a.txt': 'a', 'needs.txt': './lib' });
  const script = 'mkdir "$1/mods"; ln -s ../lib "$1/mods/lib"; echo "$1/lib" > "$1/mods/editable.pth"';
  const own = { path: 'needs.txt', digest: 'f'.repeat(64), files: [], isOwn: true };
  const config = shellConfig(script, 'node_modules', 'mods');
  const environment = shellEnvironment('', { config, link: 'mods', manifest: own });
  await prepare(needing('pond', environment));
  assert.equal(realpathSync(join(placeOf(store, environment), 'lib')), realpathSync(join(version, 'lib')));
  assert.equal(readlinkSync(join(placeOf(store, environment), 'lib')).startsWith('../'), true);
  assert.equal(readFileSync(join(version, 'mods/editable.pth'), 'utf8'), `${version}/lib\n`);
  const shared = shellEnvironment('', { config, key: 'c'.repeat(32), manifest: { ...own, isOwn: false } });
  await assert.rejects(
    prepare(needing('pond', shared)),
    hasCode('environment-failed', /lib is a link to lib of the pack/),
  );
  const away = shellEnvironment('mkdir "$0"; ln -s "$HOME" "$0/home"', { key: 'd'.repeat(32), manifest: own });
  await assert.rejects(prepare(needing('pond', away)), hasCode('environment-failed', /home is a link to a temporary/));
});

test('a link that a copied manifest asks for leads to what is beside the manifest in the pack', async (t) => {
  const { store, publish, prepare } = await createScene(t);
  const version = await publish('pond', { 'lib/a.txt': 'a', 'needs.txt': './lib' });
  const own = { path: 'needs.txt', digest: 'f'.repeat(64), files: [], isOwn: true };
  // As npm does with the `--prefix` to which Attune's own runtime copies package.json.
  const script = 'mkdir -p "$0/mods"; cp needs.txt "$0"; ln -s ../lib "$0/mods/lib"; ln -s ../gone "$0/mods/gone"';
  const environment = shellEnvironment(script, { manifest: own });
  await prepare(needing('pond', environment));
  const mods = join(placeOf(store, environment), 'mods');
  assert.equal(realpathSync(join(mods, 'lib')), realpathSync(join(version, 'lib')));
  assert.equal(readlinkSync(join(mods, 'gone')), '../gone');
});

test('a build that fails tells its last lines, leaves nothing, and is logged', async (t) => {
  const { store, context, publish, prepare, logOf } = await createScene(t);
  context.redactor.know(new Secret('hunter2hunter2'));
  const version = await publish('pond');
  const environment = shellEnvironment('mkdir "$0"; echo one; echo "token hunter2hunter2" >&2; exit 7');
  await assert.rejects(
    prepare(needing('pond', environment)),
    hasCode(
      'environment-failed',
      /^The environment of core.shell could not be built: `sh -c .*` ended with exit code 7$/,
      /^\| one\n\| token \(secret\)\n`attune-sync pack log pond` shows/,
    ),
  );
  assert.deepEqual(readdirSync(join(store, '.environments')), []);
  assert.deepEqual(readdirSync(join(store, '.staging')), []);
  assert.deepEqual(readdirSync(version), ['pack.yaml']);
  const log = readFileSync(logOf('pond'), 'utf8');
  assert.match(log, /^\$ sh -c .*\none\ntoken \(secret\)\nended with exit code 7 after \d+ ms\n$/m);
});

test('commands that end well and make no interpreter do not pass', async (t) => {
  const { store, publish, prepare, logOf } = await createScene(t);
  await publish('pond');
  const config = shellConfig('mkdir "$0"');
  const naming = (interpreterPath: string) => {
    const environment = config.environment === null ? null : { ...config.environment, interpreterPath };
    return shellEnvironment('', { config: { ...config, environment } });
  };
  const environment = naming('{env_dir}/bin/x');
  const path = join(placeOf(store, environment), 'bin/x');
  const verdict = `Its commands ended well and made no \`{env_dir}/bin/x\`, which interpreter_path names (${path} is not there)`;
  await assert.rejects(prepare(needing('pond', environment)), (error) => {
    assert.ok(error instanceof SyncError);
    assert.equal(error.message, `The environment of core.shell could not be built: ${verdict}`);
    return true;
  });
  const log = readFileSync(logOf('pond'), 'utf8');
  assert.ok(log.includes(`The environment of core.shell is not whole: ${verdict}`), log);
  await assert.rejects(prepare(needing('pond', naming('node'))), (error) => {
    assert.ok(error instanceof SyncError);
    assert.match(error.message, /made no `node`, which interpreter_path names$/);
    assert.match(error.problems[0]?.hint ?? '', /^Write interpreter_path from \{env_dir\} on/);
    return true;
  });
});

test('an environment that its commands leave empty is an empty one', async (t) => {
  const { store, publish, prepare } = await createScene(t);
  await publish('pond');
  const environment = shellEnvironment('true');
  await prepare(needing('pond', environment));
  assert.deepEqual(readdirSync(placeOf(store, environment)), []);
});

test('a program that is not on this machine is named', async (t) => {
  const { publish, prepare } = await createScene(t);
  await publish('pond');
  const config = shellConfig('');
  const environment = config.environment === null ? null : { ...config.environment, create: ['no-such-pip', 'x'] };
  await assert.rejects(
    prepare(needing('pond', shellEnvironment('', { config: { ...config, environment } }))),
    hasCode('command-not-found', /core.shell could not be built: The program no-such-pip is not on this machine/),
  );
});

test('what somebody put where a link belongs is moved beside the version', async (t) => {
  const { store, publish, prepare } = await createScene(t);
  const version = await publish('pond', { '.venv/mine.txt': 'mine' });
  const environment = shellEnvironment('mkdir "$0"');
  await prepare(needing('pond', environment));
  assert.equal(lstatSync(join(version, '.venv')).isSymbolicLink(), true);
  const aside = readdirSync(join(store, '.versions/pond')).find((name) => name.startsWith('found-.venv-')) ?? '';
  assert.equal(readFileSync(join(store, '.versions/pond', aside, 'mine.txt'), 'utf8'), 'mine');
});

test('a link to an environment that the version does not have any more goes, and one to another is switched', async (t) => {
  const { store, publish, prepare } = await createScene(t);
  const version = await publish('pond');
  const first = shellEnvironment('mkdir "$0"');
  const other = { ...first, key: 'b'.repeat(32), link: 'extra' };
  await prepare(needing('pond', first, other));
  await writeFile(join(version, 'notes'), '');
  const next = { ...first, key: 'c'.repeat(32) };
  await prepare(needing('pond', next));
  assert.deepEqual(readdirSync(version).sort(), ['.venv', 'notes', 'pack.yaml']);
  assert.equal(realpathSync(join(version, '.venv')), realpathSync(placeOf(store, next)));
});

test('one that is whole is used as it is, half of one is built anew, and so is one that is broken', async (t) => {
  const { store, publish, prepare, logOf } = await createScene(t);
  await publish('pond');
  const environment = shellEnvironment('mkdir "$0"; date +%N > "$0/stamp"');
  const stamp = () => readFileSync(join(placeOf(store, environment), 'stamp'), 'utf8');
  await mkdir(join(store, '.environments', environment.key, '.venv'), { recursive: true });
  await prepare(needing('pond', environment));
  const first = stamp();
  const log = readFileSync(logOf('pond'), 'utf8');
  await prepare(needing('pond', environment));
  assert.equal(stamp(), first);
  assert.equal(readFileSync(logOf('pond'), 'utf8'), log);
  await prepare(needing('pond', { ...environment, op: 'rebuild' }));
  assert.notEqual(stamp(), first);
  assert.deepEqual(readdirSync(join(store, '.environments')), [environment.key]);
  await publish('brook');
  const second = stamp();
  await prepare(needing('brook', { ...environment, op: 'link' }), needing('pond', { ...environment, op: 'rebuild' }));
  assert.notEqual(stamp(), second, 'whoever of those that share it comes first');
});

test('one that was built in a store that moved since is built anew', async (t) => {
  const { store, publish, prepare } = await createScene(t);
  await publish('pond');
  const environment = shellEnvironment('mkdir "$0"; echo "$0" > "$0/knows"');
  await prepare(needing('pond', environment));
  const moved = openScene(join(store, '../moved'));
  await mkdir(join(store, '../moved'));
  await rename(store, moved.store);
  const expected = { key: environment.key, directory: '.venv', interpreter: null };
  assert.equal(readState(moved.store, expected).fault, 'the pack store was elsewhere when it was built');
  await moved.prepare(needing('pond', { ...environment, op: 'rebuild' }));
  assert.equal(
    readFileSync(join(placeOf(moved.store, environment), 'knows'), 'utf8'),
    `${placeOf(moved.store, environment)}\n`,
  );
  await symlink(moved.store, store);
  assert.equal(readState(store, expected).fault, null, 'another name of the same place is no other place');
});

test('what is broken comes back where nothing better can be built', async (t) => {
  const { store, publish, prepare } = await createScene(t);
  await publish('pond');
  const environment = shellEnvironment('mkdir "$0"; echo 1 > "$0/stamp"');
  await prepare(needing('pond', environment));
  const failing = shellEnvironment('mkdir "$0"; exit 1', { op: 'rebuild' });
  await assert.rejects(prepare(needing('pond', failing)), hasCode('environment-failed'));
  assert.equal(readFileSync(join(placeOf(store, environment), 'stamp'), 'utf8'), '1\n');
  assert.ok(readMark(store, environment.key));
});
