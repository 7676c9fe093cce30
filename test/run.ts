import { spawn } from 'node:child_process';
import { access, chmod, constants, mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { openServer } from '../src/database/embedded/open-server.ts';
import { bundle } from './support/bundle.ts';
import { bundleTests } from './support/bundle-tests.ts';
import { scriptsVariable } from './support/child-arguments.ts';
import { programVariable } from './support/cli-arguments.ts';
import { compile } from './support/compile.ts';
import { serverUrl, serverVariable, silentLogger, testServerSettings } from './support/server.ts';

/** What tests start as processes of their own. */
const script = /^(hold-.*|.*-process|replace-as-user)\.ts$/;

/**
 * Runs the test files of the package in the working directory whose path contains one of the arguments, all without any, against one embedded
 * PostgreSQL or TEST_DATABASE_URL. Fails where there is no file, or one in which no test ran.
 */
process.exitCode = await run(process.argv.slice(2));

async function run(filters: readonly string[]): Promise<number> {
  const root = process.cwd();
  const files = await listTests(root, filters);
  if (files.length === 0) return refuse(`No test file matches ${filters.join(', ') || 'test/**/*.test.ts'}.`);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
  const scratch = await mkdtemp(join(tmpdir(), 'attune-sync-run-'));
  // Some tests run scripts as another user.
  await chmod(scratch, 0o755);
  // Sockets are made below it, whose paths may have 107 bytes.
  const temporary = await mkdtemp(join(await memory(), 'at-'));
  await chmod(temporary, 0o1777);
  process.env.TMPDIR = temporary;
  try {
    if (root === dirname(import.meta.dirname)) {
      const program = join(scratch, 'program');
      await compile(program, ['test/crash/child']);
      await bundle(program);
      process.env[programVariable] = program;
    }
    const tests = join(scratch, 'tests');
    await bundleTests(root, [...files, ...(await listSources(root, script))], tests);
    process.env[scriptsVariable] = tests;
    const bundled = files.map((file) => join(tests, file.replace(/\.ts$/, '.mjs')));
    const { TEST_DATABASE_URL: given } = process.env;
    if (given) return await runFiles(root, bundled, given, stop.signal);
    return await withServer(stop.signal, (server) => runFiles(root, bundled, server, stop.signal));
  } finally {
    await rm(scratch, { recursive: true, force: true });
    await rm(temporary, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function withServer<T>(signal: AbortSignal, work: (url: string) => Promise<T>): Promise<T> {
  const stateDir = await mkdtemp(join(await memory(), 'attune-sync-server-'));
  try {
    const server = await openServer({ stateDir, log: silentLogger, signal, settings: testServerSettings });
    try {
      return await work(serverUrl(server));
    } finally {
      await server.close();
    }
  } finally {
    await rm(stateDir, { recursive: true, force: true });
  }
}

/**
 * In memory where there is room: a database that reached the disk takes a third of a second to drop, and every apply
 * waits until what it published is on the disk.
 */
async function memory(): Promise<string> {
  const shared = '/dev/shm';
  const { bavail, bsize } = await statfs(shared).catch(() => ({ bavail: 0, bsize: 0 }));
  const isRoomy = bavail * bsize > 2 * 1024 ** 3;
  return isRoomy &&
    (await access(shared, constants.W_OK).then(
      () => true,
      () => false,
    ))
    ? shared
    : tmpdir();
}

async function listTests(root: string, filters: readonly string[]): Promise<string[]> {
  const files = await listSources(root, /\.test\.ts$/);
  return files.filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)));
}

async function listSources(root: string, name: RegExp): Promise<string[]> {
  const entries = await readdir(join(root, 'test'), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

async function runFiles(root: string, files: readonly string[], server: string, signal: AbortSignal): Promise<number> {
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', '--test', '--test-concurrency=3', '--test-reporter=spec', ...files],
    { cwd: root, env: { ...process.env, [serverVariable]: server }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const abort = () => child.kill('SIGTERM');
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    process.stdout.write(text);
    output += text;
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  return code === 0 ? checkRan(stripVTControlCharacters(output)) : code;
}

/** Node passes a file without tests, and counts it as one test that is named like the file. */
function checkRan(output: string): number {
  const empty = [...output.matchAll(/^✔ \S*\/(test\/\S+)\.mjs \(/gm)].map(([, file]) => file);
  if (empty.length > 0) return refuse(`No test ran in ${empty.join(', ')}.`);
  return /^ℹ tests [1-9]/m.test(output) ? 0 : refuse('No test ran.');
}

function refuse(reason: string): number {
  process.stderr.write(`${reason}\n`);
  return 1;
}
