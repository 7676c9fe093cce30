import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type KindName, kindByName } from '../../src/packs/kinds.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet, type FleetOptions } from '../support/fleet.ts';
import { history, makePeoplesThings, peoplesThings } from '../support/peoples-things.ts';

async function install(options: FleetOptions): Promise<Fleet> {
  const fleet = await createFleet(options);
  await fleet.writePack('core', coreFiles);
  await fleet.writePack('shop', shopFiles, {
    pack: 'conf_schema: { greeting: { type: string } }\nconfig: { greeting: Hello }\n',
  });
  await fleet.apply();
  return fleet;
}

const refs = async (fleet: Fleet, table: string) =>
  (await fleet.sql<{ ref: string }>(`SELECT ref FROM ${table} WHERE ref LIKE 'shop%' ORDER BY 1`)).map(
    ({ ref }) => ref,
  );

const document = 'kind: Pack\nref: shop\nsource:\n  directory: ../packs/shop\n';
/** What the plan says that it sets aside, `code row`; the pack's own row stands for its config. */
function namedAside({ changes }: Plan): readonly string[] {
  const notes = changes.flatMap(({ keeps }) => keeps).filter(({ code }) => code.startsWith('preserved-'));
  return notes.flatMap(({ code, rows }) => (rows.length === 0 ? [code] : rows.map((row) => `${code} ${row}`))).sort();
}

/** The same, of what apply did set aside. */
async function listAside(fleet: Fleet): Promise<readonly string[]> {
  const rows = await fleet.sql<{ kind: string; ref: string; field: string | null; value: Record<string, unknown> }>(
    'SELECT kind, ref, field, value FROM attune_sync.preserved',
  );
  const names = rows.flatMap(({ kind, ref, field, value }) => {
    const code = `preserved-${kind.replaceAll('_', '-')}`;
    if (kind === 'pack') return ['preserved-config'];
    if (kindByName.has(kind as KindName)) {
      const made = `preserved-${value.is_adhoc === true ? 'adhoc' : 'unmanaged'}-${kind.replace('_', '-')} ${kind} ${ref}`;
      return value.webhook_key == null ? [made] : [made, `preserved-webhook-key ${kind} ${ref}`];
    }
    if (kind === 'key') return [`${code} ${value.owner_type} ${ref}`];
    if (kind === 'settings') return [`${code} ${field} ${ref}`];
    if (kind === 'webhook') return [`${code}${value.key === null ? '' : '-key'} trigger ${ref}`];
    return [`${code} ${owners[kind] ?? 'trigger'} ${ref}`];
  });
  return [...new Set(names)].sort();
}

const owners: Readonly<Record<string, string>> = {
  queue_stats: 'action',
  permission_assignment: 'permission_set',
  workflow_execution: 'workflow',
  pack_test_execution: 'pack',
};
const definitions = [
  'pack',
  'runtime',
  'trigger',
  'permission_set',
  'workflow_definition',
  'action',
  'sensor',
  'policy',
  'rule',
];

for (const like of ['ours', 'attune'] as const) {
  describe(`a pack that is removed, in a database ${like === 'ours' ? 'of our own' : 'that Attune made'}`, () => {
    it('goes with all its rows and links, and comes back with everything that people made', async () => {
      await using fleet = await install({ like });
      await makePeoplesThings(fleet);
      const before = await peoplesThings(fleet);
      const past = await history(fleet);
      await fleet.write({ 'desired/shop.yaml': null });

      const removed = await fleet.apply();
      assert.deepEqual(
        removed.result.packs.map(({ ref, action, outcome, problems }) => [ref, action, outcome, problems]),
        [['shop', 'remove', 'applied', []]],
      );
      assert.deepEqual(namedAside(removed.plan), await listAside(fleet));
      for (const table of definitions) assert.deepEqual(await refs(fleet, table), [], table);
      assert.deepEqual(await fleet.sql('SELECT ref FROM key'), []);
      assert.deepEqual(await fleet.sql(`SELECT ref FROM attune_sync.pack WHERE ref = 'shop'`), []);
      assert.deepEqual(await history(fleet), past);
      const store = fleet.context.config.packStore.directory;
      assert.deepEqual(
        (await readdir(store)).filter((name) => name.startsWith('shop')),
        [],
      );
      assert.ok((await readdir(join(store, '.versions', 'shop'))).some((name) => name.startsWith('1.0.0-')));
      assert.deepEqual((await fleet.plan()).changes, []);

      await fleet.write({ 'desired/shop.yaml': document });
      const { plan, result } = await fleet.apply();
      assert.equal(result.outcome, 'applied');
      assert.deepEqual(await peoplesThings(fleet), before);
      assert.deepEqual(await history(fleet), past);
      assert.match(
        plan.changes[0]?.restores.map(({ sentence }) => sentence).join('\n') ?? '',
        /2 ad-hoc rules, set aside on 20/,
      );
      const fields = plan.changes[0]?.pack.fields ?? [];
      assert.equal(fields.find(({ field }) => field === 'config.greeting')?.after, 'Servus');
      assert.doesNotMatch(JSON.stringify(plan), /canary/);
      const again = await fleet.plan();
      assert.deepEqual([again.changes, again.overrides], [[], []]);
      const [left] = await fleet.sql('SELECT count(*)::int AS rows FROM attune_sync.preserved WHERE restored IS NULL');
      assert.deepEqual(left, { rows: 0 });
    });

    it('comes back with what hung on it in tables that nobody here has heard of', async () => {
      await using fleet = await install({ like });
      await fleet.sql(
        'CREATE TABLE attune.webhook_event_log (id BIGSERIAL PRIMARY KEY, trigger BIGINT NOT NULL REFERENCES attune.trigger(id) ON DELETE CASCADE, body TEXT)',
      );
      await fleet.sql(
        `INSERT INTO webhook_event_log (trigger, body) SELECT id, 'seen' FROM trigger WHERE ref = 'shop.ordered'`,
      );
      const logged = `SELECT l.id, t.ref, l.body FROM webhook_event_log l JOIN trigger t ON t.id = l.trigger`;
      const before = await fleet.sql(logged);
      await fleet.write({ 'desired/shop.yaml': null });
      const removed = await fleet.apply();
      assert.deepEqual(namedAside(removed.plan), await listAside(fleet));
      assert.ok(namedAside(removed.plan).includes('preserved-webhook-event-log trigger shop.ordered'));
      assert.deepEqual(await fleet.sql('SELECT id FROM webhook_event_log'), []);
      await fleet.write({ 'desired/shop.yaml': document });
      await fleet.apply();
      assert.deepEqual(await fleet.sql(logged), before);
      assert.deepEqual((await fleet.plan()).notes, []);
    });
  });
}
