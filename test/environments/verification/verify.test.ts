import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Check } from '../../../src/environments/verification/parse-verification.ts';
import { verify } from '../../../src/environments/verification/verify.ts';

let directory = '';
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'verify-'));
  const programs = {
    fine: 'echo "fine 3.1"',
    quiet: ':',
    loud: 'echo "loud 2.0" >&2; exit 4',
    endless: 'sleep 1000',
    nosy: 'env | sort > "$HOME/nosy.txt"; pwd >> "$HOME/nosy.txt"; echo "$@"',
    shim: 'echo "no such version" >&2; exit 127',
    pyenv: 'echo "pyenv: pyenv: command not found" >&2; exit 127',
    crashing: 'kill -SEGV $$',
    chatty: 'head -c 200000 /dev/zero | tr "\\0" a; echo; echo "chatty 9"',
  };
  for (const [name, text] of Object.entries(programs)) {
    await writeFile(join(directory, name), `#!/bin/sh\n${text}\n`);
    await chmod(join(directory, name), 0o755);
  }
});
after(() => rm(directory, { recursive: true }));

const check = (argv: readonly string[], more: Partial<Check> = {}): Check => ({
  ...{ argv, exitCode: 0, pattern: null, optional: false },
  ...more,
});

function run(
  checks: readonly Check[],
  { assumed = null, timeoutMs = 20_000 }: { assumed?: string | null; timeoutMs?: number } = {},
) {
  const path = `${directory}:${process.env.PATH ?? ''}`;
  const { signal } = new AbortController();
  return verify({ assumed, checks, unread: [] }, { directory, path, timeoutMs, signal });
}

const cases: readonly (readonly [name: string, Check, available: boolean, found: string])[] = [
  ['a command that succeeds', check(['fine']), true, 'fine 3.1'],
  ['one that says nothing', check(['quiet']), true, ''],
  ['one whose output has the pattern', check(['fine'], { pattern: '3\\.\\d' }), true, 'fine 3.1'],
  [
    'one whose output lacks it',
    check(['fine'], { pattern: '4\\.' }),
    false,
    'it says fine 3.1, which does not match /4\\./',
  ],
  ['the version that is meant', check(['fine'], { version: '3.1' }), true, 'fine 3.1'],
  ['another version', check(['fine'], { version: '3.9' }), false, 'it is 3.1, and not 3.9'],
  ['one that tells no version', check(['quiet'], { version: '3.9' }), true, ''],
  ['another exit code', check(['loud']), false, 'exit code 4, and 0 is expected: loud 2.0'],
  ['the exit code that is expected', check(['loud'], { exitCode: 4, pattern: '^loud' }), true, 'loud 2.0'],
  ['a program that is not there', check(['gone']), false, 'not on this machine'],
  ['a shim that leads to nothing', check(['shim']), false, 'not on this machine: no such version'],
  ['a shim that names its program', check(['pyenv']), false, 'not on this machine'],
  [
    'silence that must say something',
    check(['quiet'], { pattern: '4' }),
    false,
    'it says nothing, which does not match /4/',
  ],
  ['the exit code of one, where it is expected', check(['shim'], { exitCode: 127 }), true, 'no such version'],
  ['one that crashes', check(['crashing']), false, 'it was ended by SIGSEGV'],
  ['a pattern that is none', check(['fine'], { pattern: '(' }), false, 'its pattern is no regular expression: ('],
  ['text behind too much of it', check(['chatty'], { pattern: 'chatty 9' }), true, ''],
];
for (const [name, one, available, found] of cases) {
  test(`${name} is ${available ? '' : 'not '}available`, async () => {
    const verdict = await run([one]);
    assert.equal(verdict.available, available);
    if (one.argv[0] !== 'chatty')
      assert.deepEqual(
        verdict.checks.map((result) => result.found),
        [found],
      );
  });
}

test('where there is nothing to ask, whether it is available is not known', async () => {
  assert.equal((await run([])).available, null);
});

test('the first check that succeeds decides, and no further one is run', async () => {
  const verdict = await run([check(['gone'], { optional: true }), check(['fine']), check(['nosy'])]);
  assert.equal(verdict.available, true);
  assert.deepEqual(
    verdict.checks.map(({ argv, optional, passed }) => [argv[0], optional, passed]),
    [
      ['gone', true, false],
      ['fine', false, true],
    ],
  );
});

test('where none succeeds, optional or not, it is not available', async () => {
  assert.equal((await run([check(['gone'], { optional: true })])).available, false);
  assert.equal((await run([], { assumed: 'always available' })).available, true);
});

test('a command without end is ended after its time, and the next one counts', async () => {
  const { checks, available } = await run([check(['endless']), check(['quiet'])], { timeoutMs: 100 });
  assert.equal(available, true);
  assert.equal(checks[0]?.found, 'it did not end within 100 ms');
});

test('a pattern that takes for ever ends the check, not the process', async () => {
  const evil = check(['printf', '%s', `${'a'.repeat(60)}b`], { pattern: '^(a+)+$' });
  assert.deepEqual((await run([evil])).checks[0]?.found, 'its pattern takes for ever: ^(a+)+$');
});

test('a command gets its arguments as they are, no shell, and nothing of the environment but what it needs', async () => {
  const { checks } = await run([check(['nosy', '$HOME; id', '`id`'])]);
  assert.equal(checks[0]?.found, '$HOME; id `id`');
  const lines = (await readFile(join(directory, 'nosy.txt'), 'utf8')).trim().split('\n');
  const names = lines.flatMap((line) => /^([A-Za-z_]+)=/.exec(line)?.[1] ?? []);
  const own = ['HOME', 'LANG', 'PATH', 'PWD', 'TMPDIR', '_', 'SHLVL', 'OLDPWD'];
  assert.deepEqual(
    names.filter((name) => !own.includes(name) && !name.startsWith('ATTUNE_SYNC')),
    [],
  );
  assert.equal(lines.at(-1), directory);
});
