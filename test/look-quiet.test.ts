import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type Look, look } from '../src/look.ts';
import { createLookMemory, type LookMemory } from '../src/look-quiet.ts';
import { coreFiles, shopFiles } from './support/example-packs.ts';
import { createFleet, type Fleet, type FleetOptions } from './support/fleet.ts';

const withSecret = 'config:\n  plain: 1\n  password: { fromFile: ../secret }\n';
const schema = 'conf_schema:\n  plain: { type: integer }\n  password: { type: string, secret: true }\n';

async function installed(options: FleetOptions = {}): Promise<Fleet> {
  const fleet = await createFleet(options);
  await fleet.writePack('core', coreFiles);
  await fleet.write({ secret: 'one' });
  await fleet.writePack('shop', shopFiles, { document: withSecret, pack: schema });
  await fleet.apply();
  return fleet;
}

/** A look with a memory finds what one without finds. */
async function lookBoth({ context }: Fleet, memory: LookMemory): Promise<Look> {
  const found = await look(context, { memory });
  assert.deepEqual(found.plan, (await look(context)).plan);
  return found;
}

/**
 * Whether two looks in a row are one. What is written in other databases moves the moment of the whole server too, hence
 * the next two are tried, of which one finds nothing written between them.
 */
async function isKept({ context }: Fleet, memory: LookMemory): Promise<boolean> {
  let before = await look(context, { memory });
  for (let tries = 0; tries < 200; tries++) {
    const next = await look(context, { memory });
    if (next.actual === before.actual) return true;
    before = next;
  }
  return false;
}

/** What moves, and none of it tells the memory. */
const moves: readonly (readonly [what: string, move: (fleet: Fleet) => Promise<unknown>])[] = [
  ['a row that somebody edits', ({ sql }) => sql(`UPDATE action SET label = 'Mine' WHERE ref = 'shop.ship'`)],
  ['a pack whose row somebody edits', ({ sql }) => sql(`UPDATE pack SET label = 'Mine' WHERE ref = 'shop'`)],
  ['a pack whose row somebody deletes', ({ sql }) => sql(`DELETE FROM rule; DELETE FROM pack WHERE ref = 'shop'`)],
  ['config that somebody sets', ({ sql }) => sql(`UPDATE pack SET config = config || '{"plain": 2}'`)],
  ['a switch', ({ sql }) => sql(`UPDATE rule SET enabled = FALSE`)],
  [
    'a document',
    ({ writePack }) => writePack('shop', shopFiles, { document: withSecret.replace('1', '2'), pack: schema }),
  ],
  ['a secret in a file', ({ write }) => write({ secret: 'two' })],
  ['content', ({ write }) => write({ 'packs/shop/actions/ship.yaml': null })],
  ['a document that goes', ({ write }) => write({ 'desired/shop.yaml': null })],
  ['a document that is invalid', ({ write }) => write({ 'desired/more.yaml': 'kind: Pack\n' })],
  ['a link in the pack store', ({ directory }) => rm(join(directory, 'store/shop'))],
  [
    'a file in the pack store',
    async ({ directory, sql }) => {
      const [row] = await sql<{ digest: string }>(`SELECT digest FROM attune_sync.pack WHERE ref = 'shop'`);
      const version = `.versions/shop/1.0.0-${row?.digest.slice(0, 12)}`;
      await rm(join(directory, 'store', version, 'actions/ship.py'), { force: true });
    },
  ],
  [
    'a suspension',
    ({ sql }) =>
      sql(`INSERT INTO attune_sync.suspension (manager, pack, reason, who, expires)
           VALUES ('test', NULL, 'a fair', 'ann', now() + interval '1 hour')`),
  ],
];

describe('a look that remembers the last one, in which nothing was to be done,', () => {
  it('gives the same plan where nothing moved', async () => {
    await using fleet = await installed();
    const memory = createLookMemory();
    const first = await lookBoth(fleet, memory);
    assert.deepEqual(first.plan.changes, []);
    assert.ok(await isKept(fleet, memory));
  });

  for (const [what, move] of moves) {
    it(`sees ${what}`, async () => {
      await using fleet = await installed();
      const memory = createLookMemory();
      const first = await lookBoth(fleet, memory);
      await move(fleet);
      const second = await lookBoth(fleet, memory);
      assert.notDeepEqual({ ...second.plan, unchanged: [] }, { ...first.plan, unchanged: [] });
    });
  }

  it('reads again where a row was written that changes nothing of the plan', async () => {
    await using fleet = await installed();
    const memory = createLookMemory();
    const first = await lookBoth(fleet, memory);
    await fleet.sql(`UPDATE pack SET label = label`);
    const second = await lookBoth(fleet, memory);
    assert.notEqual(second.actual, first.actual);
    assert.ok(await isKept(fleet, memory));
  });

  it('counts each look that misses no pack', async () => {
    await using fleet = await installed();
    const memory = createLookMemory();
    const told: boolean[] = [];
    const prove = ({ refs, isComplete }: { refs: readonly string[]; isComplete: boolean }) => {
      told.push(refs.length === 0 && isComplete);
      return new Map();
    };
    for (let times = 0; times < 3; times++) await look(fleet.context, { memory, prove });
    assert.deepEqual(told, [true, true, true]);
  });

  it('is not believed while something waits or is a matter of time', async () => {
    await using fleet = await installed();
    const memory = createLookMemory();
    await lookBoth(fleet, memory);
    assert.ok(memory.quiet !== null);
    await fleet.sql(`INSERT INTO attune_sync.suspension (manager, pack, reason, who, expires)
                     VALUES ('test', 'core', 'a fair', 'ann', now() + interval '1 hour')`);
    await lookBoth(fleet, memory);
    assert.equal(memory.quiet, null);
    await fleet.sql(`DELETE FROM attune_sync.suspension`);
    await lookBoth(fleet, memory);
    assert.ok(memory.quiet !== null);
    await fleet.write({ 'desired/shop.yaml': null });
    await lookBoth(fleet, memory);
    assert.equal(memory.quiet, null);
  });

  it('is not believed where sync windows open and close', async () => {
    const windows = [{ kind: 'allow', schedule: '0 0 * * *', durationMs: 3_600_000, timezone: 'UTC', packs: ['*'] }];
    await using fleet = await installed({ sync: { windows } as unknown as FleetOptions['sync'] & object });
    const memory = createLookMemory();
    await look(fleet.context, { memory });
    assert.equal(memory.quiet, null);
  });

  it('is only for looks at all packs', async () => {
    await using fleet = await installed();
    const memory = createLookMemory();
    const all = await lookBoth(fleet, memory);
    const one = await look(fleet.context, { memory, targets: ['shop'] });
    assert.deepEqual([one.plan.unchanged, all.plan.unchanged], [['shop'], ['core', 'shop']]);
    await lookBoth(fleet, memory);
  });
});
