import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../src/json.ts';
import { type Concealed, conceal, Secret } from '../src/secret.ts';
import { createFleet } from './support/fleet.ts';

const shown = (value: Concealed): Json => JSON.parse(JSON.stringify(value)) as Json;

for (const [name, value, schema, expected] of [
  ['a name that tells of a secret', 'abcd', null, '(secret)'],
  ['such a name, and a schema that says text', 'abcd', { type: 'string' }, '(secret)'],
  ['such a name, and a number without a schema', 5400, null, '(secret)'],
  ['such a name, and a schema that says number', 5400, { type: 'integer' }, 5400],
  ['such a name, and a schema that says boolean', true, { type: 'boolean' }, true],
  ['such a name, and text where the schema says number', '5400', { type: 'integer' }, '(secret)'],
  ['a schema that says so, of a number', 5400, { type: 'integer', secret: true }, '(secret)'],
] as const) {
  test(`${name}: ${JSON.stringify(value)} is ${JSON.stringify(expected)}`, () => {
    assert.equal(shown(conceal(value, schema, 'token_age')), expected);
    assert.deepEqual(shown(conceal({ token_age: value }, { token_age: schema })), { token_age: expected });
  });
}

test('the age of a token in a pack’s config does not blot out that number everywhere', async () => {
  await using fleet = await createFleet();
  await fleet.writePack('one', {}, { pack: 'conf_schema:\n  token_age: { type: integer, default: 5400 }\n' });
  await fleet.apply();
  await fleet.plan();
  assert.deepEqual(await fleet.sql(`SELECT config FROM pack WHERE ref = 'one'`), [{ config: { token_age: 5400 } }]);
  assert.equal(fleet.context.redactor.redact('commit a5400bc'), 'commit a5400bc');
  assert.deepEqual((await fleet.plan()).changes, []);
});

test('a secret shows nothing of itself', () => {
  assert.equal(`${new Secret('abcd')} ${JSON.stringify(new Secret('abcd'))}`, '(secret) "(secret)"');
});
