import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Config } from '../../src/config/config.ts';
import { look } from '../../src/look.ts';
import { reconcile } from '../../src/reconcile.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';

/** The fleet as if its configuration named these entries: a directory of documents by the name of each. */
function configured(fleet: Fleet, entries: Readonly<Record<string, string>>): Fleet['context'] {
  const desiredState: Config['desiredState'] = Object.entries(entries).map(([name, path]) => ({
    type: 'directory',
    name,
    directory: join(fleet.directory, path),
  }));
  return { ...fleet.context, config: { ...fleet.context.config, desiredState } };
}

async function applied(context: Fleet['context']): Promise<string[]> {
  const { result } = await reconcile(context, { cause: 'apply', who: 'test@here', lockTimeoutMs: 20_000 });
  return [...(result?.packs ?? []), ...(result?.problems ?? [])].map((one) =>
    'code' in one ? one.code : `${one.ref} ${one.outcome}`,
  );
}

async function createTwoEntries(): Promise<Fleet> {
  const fleet = await createFleet();
  for (const ref of ['one', 'two', 'three', 'four', 'five', 'six', 'seven']) await fleet.writePack(ref);
  const extra = 'kind: Pack\nref: extra\nsource:\n  directory: ../packs/extra\n';
  await fleet.writePack('extra');
  await fleet.write({ 'desired/extra.yaml': null, 'more/extra.yaml': extra });
  await applied(configured(fleet, { desired: 'desired', more: 'more' }));
  return fleet;
}

describe('an entry of desiredState', () => {
  it('that is renamed gives the same packs: nothing changes', async () => {
    await using fleet = await createTwoEntries();
    const { plan } = await look(configured(fleet, { desired: 'desired', 'more-packs': 'more' }));
    assert.deepEqual([plan.changes, plan.notes, plan.problems], [[], [], []]);
  });

  it('that is taken out takes its packs along, and the plan says why', async () => {
    await using fleet = await createTwoEntries();
    const context = configured(fleet, { desired: 'desired' });
    const { plan } = await look(context);
    assert.deepEqual(
      plan.changes.map(({ action, ref, blocks }) => [action, ref, blocks.length]),
      [['remove', 'extra', 0]],
    );
    assert.deepEqual(
      plan.notes.map(({ sentence }) => sentence),
      ['more (1 document), read in the last run, is no longer in desiredState'],
    );
    assert.deepEqual(await applied(context), ['extra applied']);
    assert.deepEqual(await applied(context), []);
    const [run] = await fleet.sql('SELECT entries FROM attune_sync.run ORDER BY id DESC LIMIT 1');
    assert.deepEqual(run, { entries: { desired: 7 } });
  });

  it('that is taken out with most of the packs is held back by the limit', async () => {
    await using fleet = await createTwoEntries();
    const { plan } = await look(configured(fleet, { more: 'more' }));
    assert.deepEqual(
      new Set(plan.changes.map(({ blocks }) => blocks.map(({ code }) => code).join())),
      new Set(['removal-limit']),
    );
    assert.equal(plan.changes.length, 7);
  });

  it('that leads elsewhere and gives nothing is an error, again and again, and removes nothing', async () => {
    await using fleet = await createTwoEntries();
    await fleet.write({ 'empty/README.md': 'not mounted\n' });
    const context = configured(fleet, { desired: 'desired', elsewhere: 'empty' });
    assert.deepEqual(await applied(context), ['entry-emptied']);
    assert.deepEqual(await applied(context), ['entry-emptied']);
    await rename(join(fleet.directory, 'more/extra.yaml'), join(fleet.directory, 'empty/extra.yaml'));
    assert.deepEqual(await applied(context), []);
  });

  it('that always was empty says nothing about one that is taken out', async () => {
    await using fleet = await createTwoEntries();
    await fleet.write({ 'empty/README.md': 'for later\n' });
    await applied(configured(fleet, { desired: 'desired', more: 'more', later: 'empty' }));
    assert.deepEqual(await applied(configured(fleet, { desired: 'desired', later: 'empty' })), ['extra applied']);
  });
});
