import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import pg from 'pg';
import type { SyncError } from '../../../src/errors.ts';
import { holdServer, makeStateDir, openHere, serverPid } from './server-process.ts';

const isRoot = process.getuid?.() === 0;

test('a server is made, answers on a private socket and leaves nothing running behind', async () => {
  await using state = await makeStateDir();
  const server = await openHere(state.path);
  const pid = await serverPid(state.path);
  const client = new pg.Client({ host: server.host, port: server.port, user: server.user, database: 'postgres' });
  await client.connect();
  const { rows } = await client.query<{ addresses: string }>(`SELECT current_setting('listen_addresses') AS addresses`);
  await client.end();
  assert.equal(rows[0]?.addresses, '', 'no TCP port');
  assert.equal((await stat(server.host)).mode & 0o777, 0o700);
  await server.close();
  assert.ok(pid !== undefined);
  assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  await assert.rejects(stat(server.host), { code: 'ENOENT' });
  assert.deepEqual((await readdir(state.path)).sort(), ['postgres', 'postgres.log']);
});

test('what was written is there when the server is opened again', async () => {
  await using state = await makeStateDir();
  const first = await openHere(state.path);
  await first.createDatabase('kept');
  await first.createDatabase('kept');
  await first.close();
  const second = await openHere(state.path);
  const client = new pg.Client({ host: second.host, port: second.port, user: second.user, database: 'kept' });
  await client.connect();
  await client.end();
  await second.close();
});

test('four processes at once share one server, and the last to leave stops it', async () => {
  await using state = await makeStateDir();
  const processes = await Promise.all([1, 2, 3, 4].map(() => holdServer(state.path)));
  const pid = await serverPid(state.path);
  for (const one of processes.slice(0, 3)) assert.equal(await one.close(), 0);
  assert.equal(await serverPid(state.path), pid, 'still running for the fourth');
  assert.equal(await processes[3]?.close(), 0);
  assert.equal(await serverPid(state.path), undefined);
});

test('a server whose process was killed is taken over, and stopped by who took it', async () => {
  await using state = await makeStateDir();
  const { child } = await holdServer(state.path);
  const pid = await serverPid(state.path);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const server = await openHere(state.path);
  assert.equal(await serverPid(state.path), pid, 'the same server');
  await server.close();
  assert.equal(await serverPid(state.path), undefined);
});

test('a killed process does not count as one that still uses the server', async () => {
  await using state = await makeStateDir();
  const server = await openHere(state.path);
  const { child } = await holdServer(state.path);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await server.close();
  assert.equal(await serverPid(state.path), undefined);
});

test('a pid file left by a killed server is not believed, though its process id is in use again', async () => {
  await using state = await makeStateDir();
  const first = await openHere(state.path);
  const pid = await serverPid(state.path);
  assert.ok(pid !== undefined);
  const file = join(state.path, 'postgres', 'postmaster.pid');
  const text = await readFile(file, 'utf8');
  process.kill(pid, 'SIGKILL');
  await first.close();
  while (isAlive(pid)) await new Promise(setImmediate);
  const { uid, gid } = await stat(file);
  const other = spawn('sleep', ['60'], { uid, gid, stdio: 'ignore' });
  try {
    await writeFile(file, text.replace(/^\d+/, String(other.pid)));
    const second = await openHere(state.path);
    assert.notEqual(await serverPid(state.path), other.pid);
    assert.match(await readFile(join(state.path, 'postgres.log'), 'utf8'), /lock file "postmaster.pid" already exists/);
    await second.close();
  } finally {
    other.kill();
  }
});

test('data of another PostgreSQL is refused, with the way out', async () => {
  await using state = await makeStateDir();
  await mkdir(join(state.path, 'postgres'));
  await writeFile(join(state.path, 'postgres', 'PG_VERSION'), '14\n');
  await assert.rejects(openHere(state.path), (error: SyncError) => {
    assert.equal(error.code, 'embedded-version');
    assert.match(error.message, /made by PostgreSQL 14; this program brings 17/);
    assert.match(String(error.problems[0]?.hint), /Move .*postgres away/);
    return true;
  });
});

test('a server that does not start says the end of its log', async () => {
  await using state = await makeStateDir();
  await assert.rejects(openHere(state.path, { settings: { shared_buffers: 'plenty' } }), (error: SyncError) => {
    assert.equal(error.code, 'embedded-start');
    assert.match(error.message, /invalid value for parameter "shared_buffers": "plenty"/);
    return true;
  });
});

test('a start that is called off leaves no server', async () => {
  await using state = await makeStateDir();
  const stop = new AbortController();
  const opening = openHere(state.path, { signal: stop.signal });
  stop.abort(new Error('called off'));
  await assert.rejects(opening);
  assert.equal(await serverPid(state.path), undefined);
});

test('a start that is called off half-way leaves no server and no half-made data', async () => {
  await using state = await makeStateDir();
  for (const name of ['postgres.init-', 'postgres.log']) {
    const stop = new AbortController();
    const opening = openHere(state.path, { signal: stop.signal });
    const rejected = assert.rejects(opening);
    while (!(await readdir(state.path)).some((found) => found.startsWith(name))) await new Promise(setImmediate);
    stop.abort(new Error('called off'));
    await rejected;
    assert.equal(await serverPid(state.path), undefined);
    assert.deepEqual(
      (await readdir(state.path)).filter((found) => found.startsWith('postgres.init-')),
      [],
    );
  }
});

test('data of another user is refused, with the way out', { skip: !isRoot }, async () => {
  await using state = await makeStateDir();
  await (await openHere(state.path)).close();
  await assert.rejects(holdServer(state.path, { uid: 65534, gid: 65534 }), /belongs to another user/);
});

test('root runs the server though no other user may enter the directory', { skip: !isRoot }, async () => {
  await using state = await makeStateDir();
  await chmod(state.path, 0o700);
  const server = await openHere(state.path);
  await server.close();
});

test('root takes over data that another way of running it made', { skip: !isRoot }, async () => {
  await using state = await makeStateDir();
  await chmod(state.path, 0o700);
  await (await openHere(state.path)).close();
  await chmod(state.path, 0o755);
  await (await openHere(state.path)).close();
  await chmod(state.path, 0o700);
  await (await openHere(state.path)).close();
});

test('an ordinary user runs it as well', { skip: !isRoot }, async () => {
  await using state = await makeStateDir();
  await chown(state.path, 65534, 65534);
  const held = await holdServer(state.path, { uid: 65534, gid: 65534 });
  assert.equal((await stat(join(state.path, 'postgres'))).uid, 65534);
  assert.equal(await held.close(), 0);
  assert.equal(await serverPid(state.path), undefined);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
