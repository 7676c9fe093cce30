import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseConfig } from '../../src/config/load-config.ts';
import { problemsOf, SyncError } from '../../src/errors.ts';
import { tellDiskFault } from '../../src/store/tell-disk-fault.ts';

const base = join(tmpdir(), 'attune-not-there');
const { config } = parseConfig(
  'name: x\ndesiredState: [{ directory: d }]\ndatabase: { embedded: true }\nstateDir: s\npackStore: s/packs\n',
  join(base, 'attune.config.yaml'),
  {},
);
const store = join(base, 's/packs');

function fault(code: string, more: object = {}): Error {
  return Object.assign(new Error(code), { code, syscall: 'write', ...more });
}

async function tell(error: Error): Promise<unknown> {
  assert.ok(config !== null);
  return tellDiskFault(config, error, join(store, '.staging/run'));
}

for (const [name, error, code, message] of [
  [
    'a full disk of which no path is known',
    fault('ENOSPC'),
    'disk-full',
    /^The pack store \S+packs cannot be used: .* of .* are free on the file system mounted at \//,
  ],
  ['a used up quota', fault('EDQUOT', { path: join(base, 's/x') }), 'disk-full', /^The state directory \S+\/s cannot/],
  [
    'a read-only store',
    fault('EROFS', { path: join(store, '.staging/run/jira') }),
    'disk-read-only',
    /packs cannot be used: .* \(EROFS\), mounted at \/\S*$/,
  ],
  [
    'a copy into the store',
    fault('EACCES', { path: '/elsewhere', dest: store }),
    'disk-denied',
    /packs cannot be used: this user may not \(EACCES\)$/,
  ],
  ['a file in its place', fault('ENOTDIR', { path: join(store, 'x') }), 'disk-not-a-directory', /a file stands where/],
] as const) {
  test(`${name} is told with the directory of the configuration, alike for all that meet it`, async () => {
    const told = await tell(error);
    assert.ok(told instanceof SyncError);
    assert.equal(told.code, code);
    assert.match(told.message, message);
    assert.equal(told.retry, 'soon');
    assert.doesNotMatch(told.message, /staging/);
  });
}

test('what git says of a full disk is left as it is where this one is not full: it may be that of the remote', async () => {
  const error = new SyncError(
    'disk-full',
    'https://git.example.com/x.git could not be fetched, because the disk is full',
  );
  assert.equal(await tell(error), error);
});

test('what is wrong elsewhere, or is no fault of a disk, is left as it is', async () => {
  for (const error of [fault('EACCES', { path: '/srv/packs/jira' }), fault('EIO'), fault('EBADF'), new Error('x')]) {
    assert.equal(await tell(error), error);
  }
});

test('no error names what is staged for one run', () => {
  const [told] = problemsOf(fault('EROFS', { path: '/srv/packs/.staging/3f0863cc-701d/jira' }));
  assert.equal(told?.message, '/srv/packs cannot be used: it is on a read-only file system (EROFS)');
});
