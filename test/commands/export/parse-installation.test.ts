import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseInstallation } from '../../../src/commands/export/parse-installation.ts';

const nothing = {
  sourceType: null,
  sourceUrl: null,
  sourceRef: null,
  checksum: null,
  storagePath: null,
  method: 'api',
};
const commit = 'a'.repeat(40);

test('the metadata that Attune writes names a source as it was given', () => {
  const given = { ...nothing, sourceType: 'git', sourceUrl: 'https://example.com/a.git', sourceRef: 'main' };
  assert.deepEqual(parseInstallation(given), {
    origin: 'Attune installed it from the git repository https://example.com/a.git (main)',
    git: { url: 'https://example.com/a.git', ref: 'main', path: null },
    directory: null,
  });
  assert.deepEqual(parseInstallation(nothing), { origin: null, git: null, directory: null });
  const local = parseInstallation({ ...nothing, sourceType: 'local_directory', sourceUrl: '/srv/a' });
  assert.deepEqual([local.git, local.directory], [null, '/srv/a']);
});

for (const [url, repository, path] of [
  ['https://example.com/a.git', 'https://example.com/a.git', ''],
  ['https://example.com/a.git//packs/one', 'https://example.com/a.git', 'packs/one'],
  ['file:///srv/a.git', 'file:///srv/a.git', ''],
  ['file:///srv/a.git//one', 'file:///srv/a.git', 'one'],
  ['git@example.com:a.git//one', 'git@example.com:a.git', 'one'],
  ['/srv/a.git//one', '/srv/a.git', 'one'],
] as const) {
  test(`what this tool wrote of ${url} is read back, with its commit`, () => {
    const ours = { ...nothing, method: 'sync', sourceType: 'git', sourceUrl: url };
    assert.deepEqual(parseInstallation({ ...ours, sourceRef: `feature/x@${commit}` }).git, {
      url: repository,
      ref: commit,
      path,
    });
    assert.equal(parseInstallation({ ...ours, sourceRef: commit }).git?.ref, commit);
  });
}

for (const [type, url] of [
  ['git', 'https://ann:hunter22@example.com/a.git'],
  ['archive', 'https://example.com/a.tgz?signature=hunter22'],
  ['archive', 'https://hunter22@example.com/a.tgz#hunter22'],
  ['something', 'ftp://ann:hunter22@example.com/a'],
] as const) {
  test(`credentials in the address of a source of type ${type} are not repeated: ${url.replaceAll('hunter22', '…')}`, () => {
    const { origin } = parseInstallation({ ...nothing, sourceType: type, sourceUrl: url });
    assert.match(origin ?? '', /example\.com\/a/);
    assert.doesNotMatch(origin ?? '', /hunter22/);
  });
}
