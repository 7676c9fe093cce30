import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeError, isConnectionLoss } from '../../src/database/describe-error.ts';
import { SyncError } from '../../src/errors.ts';

const rows: readonly (readonly [sqlstate: string, code: string, retry: string, isLoss: boolean])[] = [
  ['ECONNREFUSED', 'database-unreachable', 'soon', true],
  ['08006', 'database-unreachable', 'soon', true],
  ['57P01', 'database-unreachable', 'soon', true],
  ['57P03', 'database-unreachable', 'soon', true],
  ['53300', 'database-unreachable', 'soon', true],
  ['28P01', 'database-login-refused', 'on-change', false],
  ['3D000', 'database-missing', 'on-change', false],
  ['42501', 'database-denied', 'on-change', false],
  ['42P01', 'database-schema', 'on-change', false],
  ['23505', 'database-constraint', 'on-change', false],
  ['22P05', 'database-value', 'on-change', false],
  ['25006', 'database-read-only', 'soon', false],
  ['40001', 'database-conflict', 'soon', false],
  ['40P01', 'database-conflict', 'soon', false],
  ['55P03', 'database-busy', 'soon', false],
  ['53100', 'database-full', 'soon', false],
];

for (const [sqlstate, code, retry, isLoss] of rows) {
  test(`${sqlstate} is ${code}, to be tried again ${retry}`, () => {
    const described = describeError(Object.assign(new Error('said'), { code: sqlstate }), 'Database x at y:1');
    assert.ok(described instanceof SyncError);
    assert.equal(described.code, code);
    assert.equal(described.retry, retry);
    assert.match(described.message, /^Database x at y:1 .*: said$/);
    assert.equal(isConnectionLoss(described.cause), isLoss);
  });
}

for (const [message, hint] of [
  ['permission denied for schema attune_sync', /`GRANT USAGE ON SCHEMA attune_sync TO ROLE;`/],
  [
    'permission denied for table pack',
    /`GRANT SELECT ON pack TO ROLE;`.*`GRANT SELECT, INSERT, UPDATE, DELETE ON pack TO ROLE;`.*`attune-sync doctor`/,
  ],
  ['permission denied for sequence pack_id_seq', /`GRANT USAGE ON SEQUENCE pack_id_seq TO ROLE;`/],
  ['permission denied for database attune', /`GRANT CREATE ON DATABASE attune TO ROLE;`/],
  ['must be owner of table pack', /as the owner of table pack/],
  ['permission denied', /^Grant the role of database\.url the missing right\.$/],
] as const) {
  test(`"${message}" says which right to grant`, () => {
    const described = describeError(Object.assign(new Error(message), { code: '42501' }), 'Database x');
    assert.ok(described instanceof SyncError);
    assert.match(described.problems[0]?.hint ?? '', hint);
  });
}

for (const message of [
  'Connection terminated unexpectedly',
  'ROLLBACK - Client has encountered a connection error and is not queryable',
  'Query read timeout',
]) {
  test(`without a code, "${message}" is a connection that was lost`, () => {
    const described = describeError(new Error(message), 'Database x');
    assert.ok(described instanceof SyncError);
    assert.equal(described.code, 'database-unreachable');
  });
}

test('a fault of the program and an error that is described already stay as they are', () => {
  const fault = new TypeError('undefined is not a function');
  const known = new SyncError('some-code', 'Some sentence.');
  assert.equal(describeError(fault, 'Database x'), fault);
  assert.equal(describeError(known, 'Database x'), known);
});

test('a missing file is not taken for a missing socket', () => {
  const missing = Object.assign(new Error('ENOENT: open'), { code: 'ENOENT', syscall: 'open' });
  assert.equal(isConnectionLoss(missing), false);
  assert.equal(describeError(missing, 'Database x'), missing);
});
