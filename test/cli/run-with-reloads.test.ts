import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { createErrorOutput } from '../../src/cli/output.ts';
import { takeHangups } from '../../src/cli/take-hangups.ts';
import { daemonVerb } from '../../src/cli/verbs/daemon.ts';
import { createRedactor } from '../../src/redactor.ts';
import { createFakeShell } from './fake-shell.ts';

/** Standard error, and a wait for what comes on it from now on. */
function listen() {
  let text = '';
  let heard = () => {};
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      heard();
      done();
    },
  });
  return {
    err: createErrorOutput(stream, { redactor: createRedactor(), color: false, isTerminal: false, width: 200 }),
    text: () => text,
    async says(pattern: RegExp, begin = 0): Promise<void> {
      const deadline = AbortSignal.timeout(10_000);
      deadline.addEventListener('abort', () => heard(), { once: true });
      while (!pattern.test(text.slice(begin))) {
        if (deadline.aborted) throw new Error(`never said ${pattern}; said:\n${text.slice(begin)}`);
        await new Promise<void>((resolve) => {
          heard = resolve;
        });
      }
    },
  };
}

/** A daemon whose database is away: what it does with its configuration does not need one. */
async function withDaemon(
  work: (
    scene: ReturnType<typeof listen> & { write(more: string, port?: number): Promise<void>; hangUp(): void },
  ) => Promise<void>,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'attune-reload-'));
  const write = (more: string, port = 1) =>
    writeFile(
      join(directory, 'attune.config.yaml'),
      `name: test
desiredState: [{ directory: desired }]
database: { url: "postgres://a@127.0.0.1:${port}/attune" }
stateDir: state
packStore: store
${more}
`,
    );
  const stop = new AbortController();
  const hangups = takeHangups(() => false);
  const heard = listen();
  try {
    await mkdir(join(directory, 'desired'));
    await write('');
    const shell = createFakeShell({ directory, signal: stop.signal, options: { logLevel: 'info' } });
    const ended = daemonVerb({ ...shell, err: heard.err, takeHangups: hangups.take });
    await heard.says(/tried again/);
    await work({ ...heard, write, hangUp: () => assert.ok(hangups.offer()) });
    stop.abort();
    assert.equal(await ended, 0);
  } finally {
    stop.abort();
    await rm(directory, { recursive: true, force: true });
  }
}

test('a valid configuration is taken at SIGHUP, and an invalid one changes nothing', () =>
  withDaemon(async ({ write, hangUp, says, text }) => {
    await write('sync: { intervall: 5s }');
    hangUp();
    await says(
      /The new configuration is refused, the one before stays in force: .*attune\.config\.yaml:6:\d+: .*intervall/,
    );
    assert.doesNotMatch(text(), /is in force\./);
    await write('', 2);
    const begin = text().length;
    hangUp();
    await says(/The new configuration is in force\./, begin);
    await says(/127\.0\.0\.1:2 cannot be reached/, begin);
  }));

test('a configuration with which the daemon cannot begin is refused too, and the one before goes on', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const address = taken.address();
  assert.ok(typeof address === 'object' && address !== null);
  try {
    await withDaemon(async ({ write, hangUp, says, text }) => {
      await write(`http: { listen: "127.0.0.1:${address.port}" }`);
      const begin = text().length;
      hangUp();
      await says(/The new configuration is refused, the one before stays in force: .*http\.listen/, begin);
      await says(/tried again/, begin);
      await write('');
      hangUp();
      await says(/is in force\./, begin);
    });
  } finally {
    taken.close();
  }
});
