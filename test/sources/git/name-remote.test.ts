import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameRemote } from '../../../src/sources/git/name-remote.ts';

const spellings: readonly (readonly [string, string])[] = [
  ['https://Git.example.com/Ops/jira.git', 'git.example.com/ops/jira'],
  ['https://git.example.com:8443/ops/jira/', 'git.example.com/ops/jira'],
  ['git@git.example.com:ops/jira.git', 'git.example.com/ops/jira'],
  ['git@git.example.com:/ops/jira', 'git.example.com/ops/jira'],
  ['ssh://git@git.example.com:22/ops/jira.git', 'git.example.com/ops/jira'],
  ['https://git.example.com/ops//x/../jira.git', 'git.example.com/ops/jira'],
  ['https://git.example.com/ops/%6Aira', 'git.example.com/ops/jira'],
  ['https://git.example.com/ops/jira.git?x=1#y', 'git.example.com/ops/jira'],
  ['https://[::1]:8080/ops/jira', '[::1]/ops/jira'],
  ['file:///srv/git/Jira.git', '/srv/git/Jira'],
  ['file://localhost/srv/git/jira', '/srv/git/jira'],
  ['/srv/git//jira.git/', '/srv/git/jira'],
  ['https://git.example.com./ops/jira', 'git.example.com/ops/jira'],
  ['ssh://git@git%2Eexample.com/ops/jira', 'git.example.com/ops/jira'],
  ['ssh://git@[git.example.com]:22/ops/jira', 'git.example.com/ops/jira'],
  ['git@[git.example.com]:ops/jira', 'git.example.com/ops/jira'],
  ['git@git.example.com.:ops/jira', 'git.example.com/ops/jira'],
  ['/srv/git/jira/.git/', '/srv/git/jira'],
  ['https://host/%zz', 'host/%zz'],
];

for (const [url, name] of spellings) {
  test(`${url} is called ${name}`, () => assert.equal(nameRemote(url), name));
}

test('other repositories have other names', () => {
  const urls = ['https://h/a', 'https://h/a/b', 'https://other/a', '/h/a', 'https://h/a.github'];
  assert.equal(new Set(urls.map(nameRemote)).size, urls.length);
});
