import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { prepareEnvironments } from '../../src/apply/prepare-environments.ts';
import { readMark } from '../../src/environments/read-mark.ts';
import type { SyncError } from '../../src/errors.ts';
import { childArguments } from '../support/child-arguments.ts';
import { runProgram } from '../support/run-program.ts';
import { createScene, hasCode, needing, placeOf, shellConfig, shellEnvironment } from './build-scene.ts';

const child = childArguments(join(import.meta.dirname, 'build-process.ts'));

function startBuild(directory: string, ref: string, script: string) {
  return spawn(process.execPath, [...child, directory, ref, script], { stdio: 'ignore' });
}

test('a hundred packs that share an environment build it once, and other builds need not wait for that', async (t) => {
  const { store, context, publish, logOf } = await createScene(t);
  const counter = join(store, '..', 'counter');
  const refs = Array.from({ length: 100 }, (_, index) => `pack${index}`);
  for (const ref of [...refs, 'other']) await publish(ref);
  const other = shellEnvironment('mkdir "$0"; touch "$0/other"', { key: 'b'.repeat(32) });
  const wait = `while [ ! -e "${placeOf(store, other)}/other" ]; do sleep 0.01; done`;
  const shared = shellEnvironment(`echo x >> "${counter}"; mkdir "$0"; ${wait}`);
  const packs = [...refs.map((ref) => needing(ref, shared)), needing('other', other)];
  assert.deepEqual(await prepareEnvironments(context, packs), new Map());
  assert.equal(readFileSync(counter, 'utf8'), 'x\n');
  for (const ref of refs) assert.ok(existsSync(join(store, '.versions', ref, '1.0.0-abcdef012345', '.venv')));
  assert.match(readFileSync(logOf('pack0'), 'utf8'), /^\$ sh -c/);
  assert.equal(
    readFileSync(logOf('pack7'), 'utf8'),
    'The environment of core.shell is shared with pack0 1.0.0: see its log.\n',
  );
});

test('a build that fails fails once, and for every pack that shares it', async (t) => {
  const { store, context, publish } = await createScene(t);
  const counter = join(store, '..', 'counter');
  for (const ref of ['one', 'two', 'three']) await publish(ref);
  const failing = shellEnvironment(`echo x >> "${counter}"; echo it broke; false`);
  const well = shellEnvironment('mkdir "$0"', { key: 'b'.repeat(32) });
  const packs = [needing('one', failing), needing('two', failing), needing('three', well)];
  const failures = await prepareEnvironments(context, packs);
  assert.deepEqual([...failures.keys()].sort(), ['one', 'two']);
  assert.ok(
    hasCode('environment-failed', /core.shell/, /^\| it broke\n`attune-sync pack log one`/)(failures.get('two')),
  );
  assert.equal(readFileSync(counter, 'utf8'), 'x\n');
});

test('all that is wrong with the environments of a pack is told at once', async (t) => {
  const { publish, prepare } = await createScene(t);
  await publish('pond');
  const packs = needing(
    'pond',
    shellEnvironment('exit 1'),
    shellEnvironment('exit 2', { key: 'b'.repeat(32), link: 'two' }),
  );
  await assert.rejects(prepare(packs), (error: SyncError) => {
    assert.deepEqual(
      error.problems.map(({ message }) => /exit code \d/.exec(message)?.[0]),
      ['exit code 1', 'exit code 2'],
    );
    return true;
  });
});

test('two processes build an environment once', async (t) => {
  const { store, publish } = await createScene(t);
  const directory = join(store, '..');
  const counter = join(directory, 'counter');
  await publish('one');
  await publish('two');
  const script = `echo x >> "${counter}"; mkdir "$0"; sleep 0.3; touch "$0/whole"`;
  const builds = ['one', 'two'].map((ref) => runProgram(process.execPath, [...child, directory, ref, script]));
  assert.deepEqual(await Promise.all(builds), ['ready', 'ready']);
  assert.equal(readFileSync(counter, 'utf8'), 'x\n');
  for (const ref of ['one', 'two'])
    assert.ok(existsSync(join(store, '.versions', ref, '1.0.0-abcdef012345', '.venv/whole')));
});

test('a build whose process was killed is begun anew by the next one, and what it left running ends', async (t) => {
  const { store, publish, prepare } = await createScene(t);
  await publish('pond');
  const directory = join(store, '..');
  const pidFile = join(directory, 'pid');
  const killed = startBuild(
    directory,
    'pond',
    `mkdir "$0"; touch "$0/half"; echo $$ > "${pidFile}"; while true; do sleep 0.05; touch "$0/half"; done`,
  );
  while (!existsSync(pidFile) || readFileSync(pidFile, 'utf8') === '') await delay(5);
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  const pid = readFileSync(pidFile, 'utf8').trim();
  assert.ok(existsSync(`/proc/${pid}`), 'the command outlives the process that began it');
  const environment = shellEnvironment('mkdir "$0"; touch "$0/whole"');
  await prepare(needing('pond', environment));
  assert.deepEqual(readdirSync(placeOf(store, environment)), ['whole']);
  assert.deepEqual(readdirSync(join(store, '.environments')), [environment.key]);
  assert.deepEqual(readdirSync(join(store, '.staging')), []);
  if (process.platform === 'linux') assert.match(stateOf(pid), /^[ZX]?$/);
});

test('a command that sleeps for ever, or whose child does, is ended when its time is up', async (t) => {
  const { store, publish, prepare, logOf } = await createScene(t, { environments: { timeoutMs: 150 } });
  await publish('pond');
  const pidFile = join(store, '..', 'pid');
  const environment = shellEnvironment(`echo waiting; setsid sh -c 'echo $$ > "${pidFile}"; sleep 1000' & sleep 1000`);
  await assert.rejects(
    prepare(needing('pond', environment)),
    hasCode(
      'environment-timeout',
      /was not done after 150 ms/,
      /^\| waiting\nGive it more time with environments.timeout/,
    ),
  );
  assert.match(readFileSync(logOf('pond'), 'utf8'), /waiting\nwas ended after/);
  assert.match(stateOf(readFileSync(pidFile, 'utf8').trim()), /^[ZX]?$/);
  const leaving = shellEnvironment('mkdir "$0"; sleep 1000 & true');
  await prepare(needing('pond', leaving));
});

test('a run that is ended ends its builds and leaves nothing half-built', async (t) => {
  const ends = new AbortController();
  const { store, publish, prepare } = await createScene(t, { signal: ends.signal });
  await publish('pond');
  const environment = shellEnvironment('mkdir "$0"; sleep 1000');
  const building = prepare(needing('pond', environment));
  building.catch(() => {});
  while (!existsSync(placeOf(store, environment))) await delay(5);
  ends.abort();
  await assert.rejects(building, hasCode('stopped'));
  assert.deepEqual(readdirSync(join(store, '.environments')), []);
});

test('a disk that a build fills is told of, and room is made again', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'build-'));
  const { store, publish, prepare } = await createScene(t, { directory });
  await mkdir(store);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', store], { stdio: 'ignore' });
  } catch {
    return t.skip('mounting is not permitted here');
  }
  try {
    await publish('pond');
    const environment = shellEnvironment('mkdir "$0"; head -c 4000000 /dev/zero > "$0/large"');
    await assert.rejects(
      prepare(needing('pond', environment)),
      hasCode(
        'disk-full',
        /^The pack store .* cannot be used: there is no space left \(ENOSPC\); .* of 2\.0 MiB are free/,
        /Make room there/,
      ),
    );
    assert.deepEqual(readdirSync(join(store, '.environments')), []);
    await prepare(needing('pond', shellEnvironment('mkdir "$0"; head -c 400000 /dev/zero > "$0/small"')));
  } finally {
    execFileSync('umount', [store]);
  }
});

test('another user builds, owns nothing afterwards and can change nothing but what it builds', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can build as another user');
  const { store, publish, prepare } = await createScene(t, { environments: { runAs: '65534' } });
  await chmod(join(store, '..'), 0o755);
  const version = await publish('pond', { 'a.txt': 'a' });
  const script = `mkdir "$0"; id -u > "$0/who"; id -G >> "$0/who"; echo b > a.txt; touch "$HOME/x" "$TMPDIR/y"; touch "${version}/b" 2>> "$0/who"; touch "${store}/c" 2>> "$0/who"; true`;
  const environment = shellEnvironment(script, {
    manifest: { path: 'a.txt', digest: 'f'.repeat(64), files: [], isOwn: false },
  });
  await prepare(needing('pond', environment));
  const place = placeOf(store, environment);
  const [uid, groups, ...refused] = readFileSync(join(place, 'who'), 'utf8').trim().split('\n');
  assert.deepEqual([uid, groups, refused.length], ['65534', '65534', 2]);
  for (const path of ['..', '.', 'who', '.attune_deps_installed', '../.complete'])
    assert.equal(statSync(join(place, path)).uid, 0);
  assert.equal(readFileSync(join(version, 'a.txt'), 'utf8'), 'a');
  const failing = shellEnvironment('mkdir "$0"; false', { key: 'b'.repeat(32) });
  await assert.rejects(prepare(needing('pond', failing)), hasCode('environment-failed'));
  assert.deepEqual(readdirSync(join(store, '.environments')), [environment.key]);
});

test('directories that their maker may not write to are in the way of nothing', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can be another user');
  const { store, publish } = await createScene(t);
  await publish('pond');
  const directory = join(store, '..');
  const script =
    'mkdir -p "$0/ro" "$HOME/ro"; touch "$0/ro/a" "$HOME/ro/a"; chmod 555 "$0/ro" "$HOME/ro"; if rm ../../../../first; then exit 1; fi';
  await writeFile(join(directory, 'first'), '');
  await runProgram('chown', ['-R', '65534:65534', directory]);
  const build = () =>
    runProgram('setpriv', [
      '--reuid=65534',
      '--regid=65534',
      '--clear-groups',
      process.execPath,
      ...child,
      directory,
      'pond',
      script,
    ]);
  assert.match(await build(), /ended with exit code 1/);
  assert.deepEqual([readdirSync(join(store, '.environments')), readdirSync(join(store, '.staging'))], [[], []]);
  assert.equal(await build(), 'ready');
  const [key = ''] = readdirSync(join(store, '.environments'));
  assert.equal(statSync(join(store, '.environments', key, '.venv/ro')).mode & 0o777, 0o755);
  assert.deepEqual(readdirSync(join(store, '.staging')), []);
});

test('links are led right also in directories that their maker may not write to', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can be another user');
  const { store, publish } = await createScene(t);
  await publish('pond');
  const directory = join(store, '..');
  await runProgram('chown', ['-R', '65534:65534', directory]);
  const script = 'mkdir -p "$1/.venv/ro/a"; ln -s "$1/.venv/ro/a" "$1/.venv/ro/b"; chmod 555 "$1/.venv/ro"';
  const other = ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, ...child];
  assert.equal(await runProgram('setpriv', [...other, directory, 'pond', script]), 'ready');
  const [key = ''] = readdirSync(join(store, '.environments'));
  const made = join(store, '.environments', key, '.venv/ro');
  assert.equal(realpathSync(join(made, 'b')), realpathSync(join(made, 'a')));
});

test('a directory that keeps the user out who builds is named', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can build as another user');
  const { store, publish, prepare } = await createScene(t, { environments: { runAs: '65534' } });
  await publish('pond');
  await assert.rejects(prepare(needing('pond', shellEnvironment('mkdir "$0"'))), (error: SyncError) => {
    assert.equal(error.code, 'user-kept-out');
    assert.ok(error.message.includes(`may not enter ${join(store, '..')}, `), error.message);
    return true;
  });
});

test('what another user built must be theirs, and a link of theirs is not written to', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can build as another user');
  const { store, publish, prepare } = await createScene(t, { environments: { runAs: 'nobody' } });
  await chmod(join(store, '..'), 0o755);
  await publish('pond');
  const other = join(store, '..', 'file-of-another');
  await writeFile(other, 'theirs');
  // Linux refuses hard links to files that their maker could not write.
  await chmod(other, 0o666);
  const linking = shellEnvironment(`mkdir "$0"; ln "${other}" "$0/other"`);
  await assert.rejects(
    prepare(needing('pond', linking)),
    hasCode('environment-failed', /other was built and belongs to the user 0/),
  );
  assert.equal(statSync(other).mode & 0o777, 0o666);
  const manifest = { path: 'pack.yaml', digest: 'f'.repeat(64), files: [], isOwn: false };
  const planted = `mkdir "$0"; for name in .venv/.attune_deps_installed .complete .complete.draft; do ln -s "${other}" "$0/../$name"; done`;
  const environment = shellEnvironment(planted, { manifest, key: 'b'.repeat(32) });
  await prepare(needing('pond', environment));
  assert.ok(readMark(store, environment.key));
  assert.equal(readFileSync(other, 'utf8'), 'theirs');
  const config = shellConfig('mkdir "$1/mods"; touch "$1/mods/a"', 'node_modules', 'mods');
  const moved = shellEnvironment('', { config, key: 'c'.repeat(32) });
  await prepare(needing('pond', moved));
  assert.equal(statSync(join(placeOf(store, moved), 'a')).uid, 0);
});

test('an environment that is a link to elsewhere is none', async (t) => {
  const { publish, prepare } = await createScene(t);
  await publish('pond');
  const environment = shellEnvironment('ln -s /etc "$0"');
  await assert.rejects(
    prepare(needing('pond', environment)),
    hasCode('environment-failed', /at \.venv that is no directory/),
  );
});

function stateOf(pid: string): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2)[0] ?? '';
  } catch {
    return '';
  }
}
