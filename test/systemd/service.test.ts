import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { cliArguments } from '../support/cli-arguments.ts';
import { missingForSocket, withNotifySocket } from './notify-socket.ts';

const missing = await missingForSocket();

test(
  'a process that systemd starts reads its credentials, reloads at SIGHUP and ends at SIGTERM',
  { skip: missing },
  () =>
    withNotifySocket(async ({ path, hears }) => {
      const directory = await mkdtemp(join(tmpdir(), 'attune-service-'));
      const write = (more: string) =>
        writeFile(
          join(directory, 'attune.config.yaml'),
          `name: test
desiredState: [{ directory: desired }]
database: { url: "\${DATABASE}" }
stateDir: state
packStore: store
${more}`,
        );
      await mkdir(join(directory, 'desired'));
      await mkdir(join(directory, 'credentials'));
      await writeFile(join(directory, 'credentials', 'DATABASE'), 'postgres://a@127.0.0.1:1/attune\n');
      await write('');
      const child = spawn(process.execPath, [...cliArguments(), 'daemon'], {
        cwd: directory,
        env: { PATH: process.env.PATH, NOTIFY_SOCKET: path, CREDENTIALS_DIRECTORY: join(directory, 'credentials') },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let log = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        log += text;
      });
      const ended = new Promise((resolve) => child.once('close', resolve));
      try {
        await hears(/^EXTEND_TIMEOUT_USEC=/);
        await write('nmae: x\n');
        child.kill('SIGHUP');
        await hears(/^RELOADING=1\|MONOTONIC_USEC=\d+/);
        await hears(/STATUS=Its new configuration was refused \(.*nmae/);
        child.kill('SIGTERM');
        await hears(/^STOPPING=1/);
        assert.equal(await ended, 0, log);
      } finally {
        child.kill('SIGKILL');
        await ended;
        await rm(directory, { recursive: true, force: true });
      }
      const lines = log.trim().split('\n');
      const objects = lines.map((line) => JSON.parse(line) as { readonly level: string; readonly code?: string });
      assert.ok(
        objects.some(({ level, code }) => level === 'error' && code === 'unknown-key'),
        log,
      );
    }),
);
