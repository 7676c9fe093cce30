import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actual } from '../../src/actual/actual.ts';
import type { WantedPack } from '../../src/desired/desired.ts';
import type { PackChange } from '../../src/plan/plan.ts';
import { type Concealed, Secret } from '../../src/secret.ts';
import { applied, changeOf, nothingInstalled, plan, unrecorded, wanted, withPack } from './build.ts';

type Config = Readonly<Record<string, Concealed>>;

function jira(content: Readonly<Record<string, string>>, document: Config = {}, version = '1.0.0'): WantedPack {
  return wanted('jira', [], { config: content, document: { config: document }, version });
}

/** A person set keys of the pack's config, or removed some. */
function set(actual: Actual, config: Config, ...removed: string[]): Actual {
  return withPack(actual, 'jira', (pack) => ({
    config: Object.fromEntries(
      [...Object.entries(pack.config), ...Object.entries(config)].filter(([key]) => !removed.includes(key)),
    ),
  }));
}

const byDefault = jira({ url: 'default' });
const bare = jira({});

const canary = 'canary-value';
const rotated = 'rotated-value';

function secretPack(value: string): WantedPack {
  return jira(
    { url: 'x' },
    { password: new Secret(value), url: new Secret(value), nested: { deep: [new Secret(value)] } },
  );
}

/** As it comes back from Postgres: plain, under names that do not all tell. */
function plain(value: string): Config {
  return { password: value, url: value, nested: { deep: [value] } };
}

test('no secret stands in a plan: not where it is written, changed, drifted, preserved, kept or removed', () => {
  const stages: readonly (readonly [WantedPack, Actual])[] = [
    [secretPack(canary), nothingInstalled],
    [secretPack(rotated), applied([secretPack(canary)])],
    [secretPack(rotated), set(applied([secretPack(rotated)]), plain(canary))],
    [secretPack(canary), set(applied([byDefault]), plain(canary))],
    [byDefault, applied([secretPack(canary)])],
    [byDefault, set(applied([byDefault]), { password: canary })],
    [byDefault, unrecorded(set(applied([byDefault]), { password: canary }), 'jira')],
  ];
  for (const [index, [pack, actual]] of stages.entries()) {
    assert.ok(!JSON.stringify(plan([pack], actual)).includes(canary), `stage ${index}`);
  }
});

test('secrets are compared by value: equal is unchanged, rotated is a change of digests', () => {
  assert.deepEqual(plan([secretPack(canary)], applied([secretPack(canary)])).changes, []);
  const change: PackChange = changeOf(plan([secretPack(rotated)], applied([secretPack(canary)])), 'jira');
  const password = change.pack.fields.find(({ field }) => field === 'config.password');
  assert.match(String(password?.before), /^secret:[0-9a-f]{12}$/);
  assert.match(String(password?.after), /^secret:[0-9a-f]{12}$/);
  assert.notEqual(password?.before, password?.after);
});

test('a value that the new schema calls secret is shown as one, and is no person’s change for it', () => {
  const open = wanted('jira', [], { config: { pin: canary } });
  const closed = wanted('jira', [], {
    version: '2.0.0',
    config: { pin: canary },
    columns: { conf_schema: { pin: { type: 'string', secret: true } } },
  });
  const change = changeOf(plan([closed], applied([open])), 'jira');
  assert.deepEqual([change.pack.config, change.overrides], [[], []]);
  assert.match(String(change.record?.config.pin), /^secret:/);
});

test('a key may be called as what every object has', () => {
  const odd = jira({}, { constructor: 'x', toString: 'y' });
  const change = changeOf(plan([odd], applied([bare])), 'jira');
  assert.deepEqual(
    change.pack.config.map(({ key }) => key),
    ['constructor', 'toString'],
  );
  assert.deepEqual(plan([odd], applied([odd])).changes, []);
});

test('a secret whose keys Postgres put in another order is no person’s change', () => {
  const login = jira({}, { credentials: { user: 'u', pass: 'p' } });
  const reordered = set(applied([login]), { credentials: { pass: 'p', user: 'u' } });
  assert.deepEqual(plan([login], reordered).changes, []);
  assert.deepEqual(changeOf(plan([bare], reordered), 'jira').pack.config, [{ key: 'credentials', from: 'nothing' }]);
});
