import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDuration } from '../../src/config/parse-duration.ts';
import { parseGitUrl } from '../../src/config/parse-git-url.ts';

const accepted: readonly (readonly [url: string, transport: string, host: string, relative?: boolean])[] = [
  ['https://GitHub.com/a/b.git', 'https', 'github.com'],
  ['https://h:8443/a', 'https', 'h:8443'],
  ['ssh://git@h:22/a', 'ssh', 'h:22'],
  ['git@h:a/b.git', 'ssh', 'h'],
  ['h:a', 'ssh', 'h'],
  ['file:///srv/a.git', 'file', ''],
  ['/srv/a.git', 'file', ''],
  ['../a', 'file', '', true],
  ['./a', 'file', '', true],
];

for (const [url, transport, host, relative = false] of accepted) {
  test(`reads ${url}`, () => assert.deepEqual(parseGitUrl(url), { transport, host, relative }));
}

const refused: readonly (readonly [url: string, why: RegExp])[] = [
  ['--upload-pack=id', /hyphen/],
  ['ext::sh -c id', /remote helper/],
  ['https://token@h/a', /credentials/],
  ['https://me:pw@h/a', /credentials/],
  ['ssh://me:pw@h/a', /credentials/],
  ['ssh://-oProxyCommand=id/a', /host/],
  ['ssh://-u@h/a', /host/],
  ['-h:a', /hyphen/],
  ['git@-h:a', /host/],
  ['git@h:-a', /host/],
  ['ftp://h/a', /scheme ftp/],
  ['https:///a', /host/],
  ['file://h/a', /absolute path/],
  ['packs/jira', /neither a URL nor a path/],
  ['~/jira', /neither a URL nor a path/],
];

for (const [url, why] of refused) {
  test(`refuses ${url}`, () => {
    const address = parseGitUrl(url);
    assert.match('refused' in address ? address.refused : '', why);
  });
}

test('durations are milliseconds', () => {
  const texts = ['500ms', '60s', '5m', '72h', '90d', '0s', '1w', '5', '-1s', '1.5s'];
  assert.deepEqual(texts.map(parseDuration), [
    500,
    60_000,
    300_000,
    259_200_000,
    7_776_000_000,
    0,
    ...Array(4).fill(undefined),
  ]);
});
