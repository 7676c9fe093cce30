import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { nameCaller } from '../../src/cli/name-caller.ts';

test('a caller is user@host', () => {
  assert.equal(
    nameCaller(() => ({ username: 'ada' })),
    `ada@${hostname()}`,
  );
});

test('a user without a name is told by its number', () => {
  const unknown = () => {
    throw new Error('uv_os_get_passwd returned ENOENT');
  };
  assert.equal(nameCaller(unknown), `uid ${process.getuid?.()}@${hostname()}`);
});
