import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { findPrograms, searchPath } from '../../../src/environments/facts/find-program.ts';
import { probeInterpreters } from '../../../src/environments/facts/probe-interpreters.ts';
import { readManifest } from '../../../src/environments/facts/read-manifest.ts';
import { readState } from '../../../src/environments/facts/read-state.ts';
import { writePack } from '../../support/packs.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const signal = new AbortController().signal;
const now = () => new Date(0);
const key = '0123456789abcdef0123456789abcdef';
const mark = {
  formatVersion: 1,
  key,
  runtime: 'core.python',
  version: null,
  interpreter: null,
  manifest: null,
  builtAt: '2026-01-02T03:04:05.000Z',
  durationMs: 1,
  bytes: 10,
};

async function program(text: string, name = 'tool'): Promise<string> {
  const directory = await writePack({ [name]: `#!/bin/sh\necho x >> "\${0%/*}/asked"\n${text}\n` });
  await chmod(join(directory, name), 0o755);
  return directory;
}

describe('the manifest of a pack', () => {
  it('is read with the digests of all that it names, manifests that it names included', async () => {
    const files = {
      'requirements.txt': '-r more/deps.txt\n./wheels/a.whl\n',
      'more/deps.txt': 'b.whl\n-r ../requirements.txt\n',
      'more/b.whl': 'b',
      'wheels/a.whl': 'a',
    };
    const directory = await writePack(files);
    const paths = new Set(Object.keys(files));
    assert.deepEqual(await readManifest(directory, paths, './requirements.txt', false), {
      path: 'requirements.txt',
      digest: sha256(files['requirements.txt']),
      files: ['more/b.whl', 'more/deps.txt', 'wheels/a.whl'].map((path) => ({
        path,
        digest: sha256(files[path as keyof typeof files]),
      })),
      isOwn: false,
    });
  });

  it('is none where the pack has no such file', async () => {
    const directory = await writePack({ 'pack.yaml': '' });
    assert.equal(await readManifest(directory, new Set(['pack.yaml']), 'requirements.txt', false), null);
  });

  it('leads anywhere where it is too large to be read', async () => {
    const directory = await writePack({ 'requirements.txt': '#'.repeat(1024 * 1024 + 1) });
    const found = await readManifest(directory, new Set(['requirements.txt']), 'requirements.txt', false);
    assert.equal(found?.isOwn, true);
    assert.match(found?.digest ?? '', /^[0-9a-f]{64}$/);
  });
});

describe('an interpreter', () => {
  it('is found by its name in PATH, or where it is, by its real path, and says its version', async () => {
    const directory = await program('echo "Tool 3.11.2 (main)" >&2');
    const other = await writePack({ x: '' });
    await symlink(join(directory, 'tool'), join(other, 'linked'));
    const found = await probeInterpreters(['linked', join(directory, 'tool'), 'nothing', 'bin/tool'], {
      path: `${other}:/nowhere`,
      signal,
      now,
    });
    const tool = { path: join(directory, 'tool'), version: '3.11.2' };
    assert.deepEqual(
      [...found],
      [
        [join(directory, 'tool'), tool],
        ['bin/tool', null],
        ['linked', tool],
        ['nothing', null],
      ],
    );
  });

  it('is asked once as long as its file is the same', async () => {
    const directory = await program('echo v1.0.0');
    const ask = async () => (await probeInterpreters(['tool'], { path: directory, signal, now })).get('tool')?.version;
    assert.deepEqual([await ask(), await ask()], ['1.0.0', '1.0.0']);

    assert.equal(await readFile(join(directory, 'asked'), 'utf8'), 'x\n');
    await writeFile(join(directory, 'tool'), '#!/bin/sh\necho now version 2.0.0\n');
    assert.equal(await ask(), '2.0.0');
  });

  const say = `cat "\${0%/*}/chosen"`;
  const killed = `test -e "\${0%/*}/again" && ${say} || { : > "\${0%/*}/again"; kill -9 $$; }`;
  // Without its first line the system takes it for a program, and the shell runs it all the same.
  const answers: readonly (readonly [string, string, readonly (string | null)[]])[] = [
    ['again after five minutes where it is a script, as a shim is', `#!/bin/sh\n${say}`, ['1.0.0', '1.0.0', '2.0.0']],
    ['again after five minutes where a signal ended it', killed, [null, null, '2.0.0']],
    ['once where it is a program', say, ['1.0.0', '1.0.0', '1.0.0']],
  ];
  for (const [what, tool, expected] of answers) {
    it(`is asked ${what}`, async () => {
      const directory = await writePack({ tool, chosen: 'tool 1.0.0' });
      await chmod(join(directory, 'tool'), 0o755);
      let time = 0;
      const options = { path: `${directory}:/usr/bin:/bin`, signal, now: () => new Date(time) };
      const ask = async () => (await probeInterpreters(['tool'], options)).get('tool')?.version;
      const said = [await ask()];
      await writeFile(join(directory, 'chosen'), 'tool 2.0.0');
      time = 5 * 60_000 - 1;
      said.push(await ask());
      time++;
      said.push(await ask());
      assert.deepEqual(said, expected);
    });
  }

  it('is asked by the user that builds', { skip: process.getuid?.() !== 0 }, async () => {
    const directory = await program('echo "$(id -u).$(id -g)"');
    await chmod(directory, 0o777);
    const options = { path: `${directory}:/usr/bin:/bin`, signal, now, user: { uid: 65_534, gid: 65_534 } };
    assert.equal((await probeInterpreters(['tool'], options)).get('tool')?.version, '65534.65534');
  });

  it('is the next in PATH where the user that builds may not run the first', {
    skip: process.getuid?.() !== 0,
  }, async () => {
    const closed = await program('echo 1.0.0');
    const open = await program('echo 2.0.0');
    await chmod(open, 0o755);
    const found = await probeInterpreters(['tool'], {
      path: `${closed}:${open}`,
      signal,
      now,
      user: { uid: 65_534, gid: 65_534 },
    });
    assert.deepEqual(found.get('tool'), { path: join(open, 'tool'), version: '2.0.0' });
    const none = await probeInterpreters(['tool'], { path: closed, signal, now, user: { uid: 65_534, gid: 65_534 } });
    assert.equal(none.get('tool'), null);
  });

  it('is not there where a shim says so', async () => {
    const directory = await program('echo "tool: command not found" >&2; exit 127');
    assert.equal((await probeInterpreters(['tool'], { path: directory, signal, now })).get('tool'), null);
  });

  for (const text of ['exit 1', 'echo none', 'echo 3']) {
    it(`has no version where it runs \`${text}\``, async () => {
      const directory = await program(text);
      const found = await probeInterpreters(['tool'], { path: directory, signal, now });
      assert.deepEqual(found.get('tool'), { path: join(directory, 'tool'), version: null });
    });
  }

  it('is no directory, and no file that cannot be run', async () => {
    const directory = await writePack({ tool: '#!/bin/sh\n' });
    await mkdir(join(directory, 'folder'));
    assert.deepEqual(findPrograms('tool', directory), []);
    assert.deepEqual(findPrograms('folder', directory), []);
    assert.deepEqual(findPrograms('tool', `.:relative:${directory}`), []);
  });

  it('is looked for in the usual places where no PATH was given', () => {
    assert.ok(searchPath({}).includes('/usr/bin'));
    assert.equal(searchPath({ PATH: '/x' }), '/x');
  });
});

describe('the state of an environment', () => {
  const expected = { key, directory: '.venv', interpreter: 'bin/python3' };
  const make = async () => {
    const store = await writePack({
      [`.environments/${key}/.complete`]: JSON.stringify(mark),
      [`.environments/${key}/.venv/bin/python3`]: '#!/bin/sh\n',
    });
    await chmod(join(store, `.environments/${key}/.venv/bin/python3`), 0o755);
    return { store, place: join(store, '.environments', key) };
  };

  it('is whole with its mark and an interpreter that can be run', async () => {
    const { store } = await make();
    assert.deepEqual(readState(store, expected), { mark, isThere: true, fault: null });
  });

  it('is half-built without its mark, or with one that cannot be read', async () => {
    const { store, place } = await make();
    await writeFile(join(place, '.complete'), '{');
    assert.deepEqual(readState(store, expected), { mark: null, isThere: true, fault: null });
    await rm(join(place, '.complete'));
    assert.deepEqual(readState(store, expected), { mark: null, isThere: true, fault: null });
  });

  it('is nothing where nothing is', async () => {
    const { store, place } = await make();
    await rm(place, { recursive: true });
    assert.deepEqual(readState(store, expected), { mark: null, isThere: false, fault: null });
  });

  it('has a fault where it lost its directory or its interpreter', async () => {
    const { store, place } = await make();
    const fault = () => readState(store, expected).fault;
    await chmod(join(place, '.venv/bin/python3'), 0o644);
    assert.equal(fault(), 'bin/python3 cannot be run');
    await rm(join(place, '.venv/bin/python3'));
    await symlink('/nowhere/python3', join(place, '.venv/bin/python3'));
    assert.equal(fault(), 'bin/python3 cannot be run');
    await rm(join(place, '.venv/bin/python3'));
    assert.equal(fault(), 'bin/python3 is missing');
    assert.equal(readState(store, { ...expected, interpreter: null }).fault, null);
    await rm(join(place, '.venv'), { recursive: true });
    assert.equal(fault(), '.venv is missing');
  });
});
