import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type CommandOptions, runCommand } from '../../src/environments/run-command.ts';
import { SyncError } from '../../src/errors.ts';

let directory = '';
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'run-command-'));
});
after(() => rm(directory, { recursive: true }));

const path = process.env.PATH ?? '';

function run(argv: readonly string[], more: Partial<CommandOptions> = {}) {
  return runCommand({
    argv,
    cwd: directory,
    variables: { PATH: path },
    timeoutMs: 20_000,
    signal: new AbortController().signal,
    write: () => {},
    ...more,
  });
}

test('a command runs in its directory with its variables alone and no standard input', async () => {
  const chunks: Buffer[] = [];
  const variables = { PATH: path, NAME: 'it is $HOME; whoami' };
  const result = await run(['sh', '-c', 'pwd; echo "$NAME"; echo "home=$HOME" >&2; cat; exit 3'], {
    variables,
    write: (chunk) => chunks.push(chunk),
  });
  assert.equal(result.code, 3);
  assert.equal(result.signal, null);
  assert.equal(result.timedOut, false);
  const lines = Buffer.concat(chunks).toString().trim().split('\n').sort();
  assert.deepEqual(lines, [directory, 'home=', 'it is $HOME; whoami']);
  assert.deepEqual(result.tail.trim().split('\n').sort(), lines);
});

test('arguments are no text for a shell', async () => {
  const { tail } = await run(['printf', '%s|', '$(id)', 'a b', '`id`']);
  assert.equal(tail, '$(id)|a b|`id`|');
});

test('a command that sleeps for ever is ended when its time is up', async () => {
  const result = await run(['sleep', '1000'], { timeoutMs: 50 });
  assert.deepEqual([result.code, result.signal, result.timedOut], [null, 'SIGKILL', true]);
});

test('what a command forks ends with it, also where it holds the pipes', async () => {
  const file = join(directory, 'child');
  const result = await run(['sh', '-c', `sleep 1000 & echo $! > ${file}; echo done`]);
  assert.equal(result.tail, 'done\n');
  assert.ok(result.durationMs < 1_500, `it took ${result.durationMs} ms`);
  assert.equal(isRunning(file), false);
});

test('what left the process group ends too', { skip: process.platform !== 'linux' }, async () => {
  const file = join(directory, 'session');
  const argv = ['sh', '-c', `setsid sh -c 'echo $$ > ${file}; sleep 1000; true' & sleep 1000`];
  const ends = new AbortController();
  const running = run(argv, { signal: ends.signal });
  const appeared = setInterval(() => {
    if (existsSync(file) && readFileSync(file, 'utf8') !== '') ends.abort();
  }, 5);
  await assert.rejects(running, hasCode('aborted'));
  clearInterval(appeared);
  assert.equal(isRunning(file), false);
});

test('only the last lines of much output are in the result', async () => {
  let bytes = 0;
  const { tail } = await run(['seq', '1', '200000'], { write: (chunk) => (bytes += chunk.length) });
  assert.ok(tail.endsWith('199999\n200000\n') && tail.length <= 16 * 1024);
  assert.match(tail, /^\d{6}\n/);
  assert.equal(bytes, 1_288_895);
});

test('nothing is shown of a line whose beginning is lost, which can be half a secret', async () => {
  const { tail } = await run(['sh', '-c', 'printf hunter2; head -c 16380 /dev/zero | tr "\\0" _']);
  assert.equal(tail, '[… a line of more than 16384 bytes …]\n');
});

test('a program that is not there is an error that names it', async () => {
  await assert.rejects(run(['no-such-program', 'x']), hasCode('command-not-found', /no-such-program/));
});

test('nothing is started after the run was ended', async () => {
  await assert.rejects(run(['true'], { signal: AbortSignal.abort() }), hasCode('aborted'));
});

function hasCode(code: string, message = /./) {
  return (error: unknown) => error instanceof SyncError && error.code === code && message.test(error.message);
}

/** A process that was killed and not yet buried by whoever adopted it runs no more. */
function isRunning(file: string): boolean {
  try {
    const stat = readFileSync(`/proc/${readFileSync(file, 'utf8').trim()}/stat`, 'utf8');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}
