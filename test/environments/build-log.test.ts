import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { lastLines, logFile, openBuildLog } from '../../src/environments/build-log.ts';
import { collectOutput } from '../../src/environments/collect-output.ts';
import { createRedactor } from '../../src/redactor.ts';
import { Secret } from '../../src/secret.ts';

let directory = '';
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'build-log-'));
});
after(() => rm(directory, { recursive: true }));

const redactor = createRedactor();
redactor.know(new Secret('hunter2hunter2'));

test('a log holds commands, what they wrote and how they ended, and no secret', async () => {
  const file = logFile(directory, { ref: 'pond', version: '1.0.0', digest: 'abcdef0123456789'.repeat(4) });
  assert.equal(file, join(directory, 'logs', 'pond', '1.0.0-abcdef012345.log'));
  const log = await openBuildLog(file, { redactor, isFresh: true });
  await log.note('Environment of core.python');
  const command = await log.begin(['pip', 'install', '--index-url', 'https://hunter2hunter2@host/', "it's"]);
  command.write(Buffer.from('found hunter2'));
  command.write(Buffer.from('hunter2, no'));
  await command.end('exit code 1');
  const text = await readFile(file, 'utf8');
  assert.equal(
    text,
    "Environment of core.python\n$ pip install --index-url https://(secret)@host/ 'it'\\''s'\nfound (secret), no\nexit code 1\n\n",
  );
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  const again = await openBuildLog(file, { redactor, isFresh: false });
  await again.note('tests');
  assert.equal(await readFile(file, 'utf8'), `${text}tests\n`);
  await openBuildLog(file, { redactor, isFresh: true });
  assert.equal(await readFile(file, 'utf8'), '');
});

test('of much output the beginning and the end are kept, in whole lines', () => {
  const output = collectOutput(100);
  for (let line = 100; line < 1_000; line++) output.take(Buffer.from(`line ${line}\n`));
  const lines = output.text().split('\n');
  assert.equal(lines[0], 'line 100');
  assert.equal(lines.at(-2), 'line 999');
  const cut = lines.findIndex((line) => line.startsWith('['));
  const left = Number(/\d+/.exec(lines[cut] ?? '')?.[0]);
  const shown = (lines.length - 2) * 'line 100\n'.length;
  assert.equal(left + shown, 900 * 'line 100\n'.length);
  assert.ok(shown <= 100);
});

test('nothing is kept of a line whose beginning is left out', () => {
  const output = collectOutput(20);
  output.take(Buffer.from('begin\n'));
  for (let part = 0; part < 10; part++) output.take(Buffer.from('hunter2'));
  assert.equal(output.text(), 'begin\n[… 70 bytes are left out here …]\n');
});

test('what fits is kept as it is', () => {
  const output = collectOutput(10);
  for (const part of ['ab', 'cdefg', 'hij']) output.take(Buffer.from(part));
  assert.equal(output.text(), 'abcdefghij');
});

test('the last lines of an output are redacted before they are cut', () => {
  const tail = `one\n\ntwo  \r\nhunter2hunter2\nthree\n`;
  assert.equal(lastLines(tail, redactor, 2), '(secret)\nthree');
});

test('of what pip repeats one line is shown, and none is longer than a message bears', () => {
  const retry = (total: number) =>
    `WARNING: Retrying (Retry(total=${total}, connect=None)) after connection broken by 'Error(<Connection object at 0x7f${total}c>: ${'x'.repeat(200)})'`;
  const tail = `${[4, 3, 2, 1, 0].map(retry).join('\n')}\n\u001b[31mERROR: No version found\u001b[0m\nERROR: 1\nERROR: 2\nend\nend\n`;
  const [first = '', ...others] = lastLines(tail, redactor).split('\n');
  assert.match(first, /^WARNING: Retrying \(Retry\(total=4.*x… \(5 times\)$/);
  assert.equal(first.length, 160 + ' (5 times)'.length);
  assert.deepEqual(others, ['ERROR: No version found', 'ERROR: 1', 'ERROR: 2', 'end (2 times)']);
});
