import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRedactor } from '../../../src/redactor.ts';
import { Secret } from '../../../src/secret.ts';
import { classifyFailure } from '../../../src/sources/git/classify-failure.ts';
import { parseRefs } from '../../../src/sources/git/list-refs.ts';
import { parseRemote } from '../../../src/sources/git/parse-remote.ts';

const remote = parseRemote('https://example.com/a.git', ['https']);

/** What git 2.39 and OpenSSH 9.2 write. */
const table: readonly (readonly [string, string, string])[] = [
  ["fatal: Authentication failed for 'https://example.com/a.git/'", 'git-auth-failed', 'on-change'],
  [
    "fatal: could not read Username for 'https://example.com': terminal prompts disabled",
    'git-auth-failed',
    'on-change',
  ],
  [
    "fatal: unable to access 'https://example.com/a.git/': The requested URL returned error: 403",
    'git-auth-failed',
    'on-change',
  ],
  [
    'git@example.com: Permission denied (publickey).\nfatal: Could not read from remote repository.',
    'git-auth-failed',
    'on-change',
  ],
  ['Host key verification failed.\nfatal: Could not read from remote repository.', 'git-host-key', 'on-change'],
  ["fatal: repository 'https://example.com/a.git/' not found", 'git-not-found', 'on-change'],
  [
    "fatal: '/srv/a.git' does not appear to be a git repository\nfatal: Could not read from remote repository.",
    'git-not-found',
    'on-change',
  ],
  ['fatal: remote error: upload-pack: not our ref 0123', 'git-commit-missing', 'on-change'],
  ['error: Server does not allow request for unadvertised object 0123', 'git-commit-missing', 'on-change'],
  ["fatal: transport 'ext' not allowed", 'git-transport-refused', 'on-change'],
  ["fatal: unable to access 'https://x/': The requested URL returned error: 301", 'git-redirected', 'on-change'],
  [
    "fatal: unable to access 'https://x/': SSL certificate problem: self-signed certificate",
    'git-certificate',
    'on-change',
  ],
  ["fatal: unable to access 'https://x/': Could not resolve host: x", 'git-unreachable', 'soon'],
  ["fatal: unable to access 'https://x/': The requested URL returned error: 503", 'git-unreachable', 'soon'],
  [
    "fatal: unable to access 'https://x/': Operation too slow. Less than 1 bytes/sec transferred the last 60 seconds",
    'git-unreachable',
    'soon',
  ],
  [
    'ssh: connect to host example.com port 22: Connection refused\nfatal: Could not read from remote repository.',
    'git-unreachable',
    'soon',
  ],
  ['error: object 0123: hasDotdot: contains ..\nfatal: fsck error in packed object', 'git-unsafe-objects', 'on-change'],
  [
    'fatal: git upload-pack: aborting due to possible repository corruption on the remote side.\nfatal: early EOF',
    'git-remote-damaged',
    'soon',
  ],
  ['fatal: write error: No space left on device', 'disk-full', 'soon'],
  ['fatal: something nobody has seen before', 'git-failed', 'soon'],
];

for (const [stderr, code, retry] of table) {
  test(`${code}: ${stderr.split('\n')[0]}`, () => {
    const error = classifyFailure(remote, stderr, createRedactor());
    assert.deepEqual([error.code, error.retry], [code, retry]);
    assert.ok(error.message.includes(remote.url));
    const hint = error.problems[0]?.hint ?? '';
    assert.notEqual(hint, '');
    assert.doesNotMatch(hint, /is tried again/, 'a command that ends tries nothing again');
  });
}

test('what git wrote is shown in its last lines, without secrets and control characters', () => {
  const redactor = createRedactor();
  redactor.know(new Secret('canary-word'));
  const stderr = 'one\ntwo\nremote: \u001b[31mcanary-word\nhttps://ada:hidden@example.com\nlast';
  const { message } = classifyFailure(remote, stderr, redactor);
  assert.match(message, /git says: remote: {2}\[31m\(secret\) \/ https:\/\/ada:\(secret\)@example\.com \/ last$/);
});

test('refs are read with the default branch and with tags followed to their commit', () => {
  const [one, two, three] = ['1', '2', '3'].map((digit) => digit.repeat(40));
  const text = [
    'ref: refs/heads/feature/x\tHEAD',
    `${one}\tHEAD`,
    `${one}\trefs/heads/feature/x`,
    `${two}\trefs/tags/v1`,
    `${three}\trefs/tags/v1^{}`,
    `${two}\trefs/tags/light`,
    `${two}\trefs/pull/1/head`,
    'nonsense',
    '',
  ].join('\n');
  assert.deepEqual(parseRefs(text), {
    head: { branch: 'feature/x', commit: one },
    branches: new Map([['feature/x', one]]),
    tags: new Map([
      ['v1', three],
      ['light', two],
    ]),
    tagObjects: new Map([['v1', two]]),
  });
});
