import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseVerification } from '../../../src/environments/verification/parse-verification.ts';
import type { Json } from '../../../src/json.ts';

const python = { interpreter: { binary: 'python3' } };
const of = (verification: Json, config: Json = python) => parseVerification({ verification }, config);
const binaries = (verification: Json) => of(verification).checks.map(({ argv }) => argv[0]);

test('commands are tried by priority, and of one priority as they are listed', () => {
  const commands = [{ binary: 'c', priority: 200 }, { binary: 'a' }, { binary: 'b' }, { binary: 'first', priority: 1 }];
  assert.deepEqual(binaries({ commands }), ['first', 'a', 'b', 'c']);
});

test('a command has arguments, an exit code, a pattern, and may be optional', () => {
  const command = { binary: 'node', args: ['--version'], exit_code: 3, pattern: 'v\\d', optional: true };
  assert.deepEqual(of({ commands: [command] }), {
    assumed: null,
    checks: [{ argv: ['node', '--version'], exitCode: 3, pattern: 'v\\d', optional: true }],
    unread: [],
  });
});

const assumed: readonly (readonly [string, Json, Json])[] = [
  ['always available', { always_available: true, commands: [{ binary: 'x' }] }, python],
  ['no check is required', { check_required: false, commands: [{ binary: 'x' }] }, python],
  ['it has no interpreter', null, {}],
  ['it has no interpreter', { commands: [] }, { interpreter: { binary: 'native' } }],
  ['it has no interpreter', {}, { interpreter: { binary: '' } }],
];
for (const [why, verification, config] of assumed) {
  test(`nothing is run of ${JSON.stringify(verification)} and ${JSON.stringify(config)}: ${why}`, () => {
    assert.deepEqual(of(verification, config), { assumed: why, checks: [], unread: [] });
  });
}

test('of a version the interpreter must be that version, and where there is none nothing is asked', () => {
  const asked = { argv: ['python3', '--version'], exitCode: 0, pattern: null, optional: false, version: '3.9' };
  assert.deepEqual(parseVerification(null, python, '3.9').checks, [asked]);
  const nothing = { assumed: null, checks: [], unread: ['it has no interpreter to ask'] };
  assert.deepEqual(parseVerification(null, {}, '3.9'), nothing);
  assert.equal(parseVerification({ verification: { always_available: true } }, {}, '3.9').assumed, 'always available');
});

test('without commands the interpreter is asked for its version, whatever the rows hold', () => {
  const expected = [{ argv: ['python3', '--version'], exitCode: 0, pattern: null, optional: false }];
  for (const distributions of [null, [], 'x', {}, { verification: 3 }, { verification: { commands: 'python3' } }]) {
    assert.deepEqual(parseVerification(distributions, python).checks, expected);
  }
});

test('what cannot be read is told, and the rest counts', () => {
  const commands = [
    'python3 --version',
    { args: ['--version'] },
    { binary: 'a\0b' },
    { binary: 'a', args: '--version' },
    { binary: 'a', args: [1] },
    { binary: 'a', exit_code: '0' },
    { binary: 'a', pattern: 3 },
    { binary: 'sound' },
  ];
  const { checks, unread, assumed: why } = of({ commands });
  assert.deepEqual([checks.map(({ argv }) => argv), why], [[['sound']], null]);
  assert.deepEqual(unread, [
    'command 1 is no mapping',
    'command 2 names no binary',
    'command 3 names no binary',
    'command 4 has arguments that are no texts',
    'command 5 has arguments that are no texts',
    'command 6 has an exit_code that is no number',
    'command 7 has a pattern that is no text',
  ]);
});

test('of a list without end only the beginning is read', () => {
  const { checks, unread } = of({ commands: Array.from({ length: 1000 }, () => ({ binary: 'a' })) });
  assert.equal(checks.length, 16);
  assert.deepEqual(unread, ['only the first 16 of 1000 commands are read']);
});
