import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { checksumDirectory } from '../../src/packs/checksum.ts';
import { allIds, endState } from '../support/end-state.ts';
import { createFleet, type Fleet, type FleetOptions } from '../support/fleet.ts';

const action = (word: string) => ({
  'actions/say.yaml': `ref: one.say\nlabel: ${word}\nrunner_type: shell\nentry_point: say.sh\n`,
  'actions/say.sh': `echo ${word}\n`,
});

async function running(options: FleetOptions = {}): Promise<Fleet> {
  const fleet = await createFleet(options);
  await fleet.writePack('one', action('old'));
  assert.equal((await fleet.apply()).result.outcome, 'applied');
  await fleet.writePack('one', action('new'), { version: '2.0.0' });
  return fleet;
}

/** What the fleet runs: rows, ids, inventory, versions, links and the files they lead to. */
async function picture(fleet: Fleet): Promise<unknown> {
  const { rows } = await endState(fleet);
  const store = join(fleet.directory, 'store');
  const links = await Promise.all(
    (await readdir(store))
      .filter((name) => name.startsWith('one'))
      .sort()
      .map(async (name) => [name, await readlink(join(store, name))]),
  );
  const versions = await fleet.sql('SELECT version, superseded FROM attune_sync.version ORDER BY 1');
  const text = await readFile(join(store, 'one/actions/say.sh'), 'utf8');
  return { rows, ids: await allIds(fleet), links, versions, text };
}

async function assertKept(fleet: Fleet, spoil: () => Promise<void>, mend: () => Promise<void>): Promise<void> {
  const before = await picture(fleet);
  await spoil();
  const { result } = await fleet.apply();
  assert.equal(result.packs[0]?.outcome, 'failed', JSON.stringify(result.packs));
  assert.deepEqual(await picture(fleet), before);
  await mend();
  assert.equal((await fleet.apply()).result.outcome, 'applied');
  assert.match(JSON.stringify(await picture(fleet)), /echo new/);
  assert.deepEqual((await fleet.plan()).changes, []);
}

describe('an upgrade that fails leaves rows, links and files of the running version', () => {
  it('where its content cannot be published', async () => {
    await using fleet = await running();
    const { digest } = await checksumDirectory(join(fleet.directory, 'packs/one'));
    const note = join(fleet.directory, `store/.versions/one/2.0.0-${digest.slice(0, 12)}.files`);
    await assertKept(
      fleet,
      async () => void (await mkdir(join(note, 'in the way'), { recursive: true })),
      () => rm(note, { recursive: true }),
    );
  });

  for (const like of ['ours', 'attune'] as const) {
    it(`where its rows cannot be written (${like})`, async () => {
      await using fleet = await running({ like });
      await assertKept(
        fleet,
        async () => void (await fleet.sql(`ALTER TABLE action ADD CONSTRAINT no_new CHECK (label <> 'new')`)),
        async () => void (await fleet.sql('ALTER TABLE action DROP CONSTRAINT no_new')),
      );
    });

    it(`where its COMMIT fails (${like})`, async () => {
      await using fleet = await running({ like });
      await assertKept(
        fleet,
        async () => {
          await fleet.sql(
            `CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$`,
          );
          await fleet.sql(
            `CREATE CONSTRAINT TRIGGER refuse AFTER UPDATE ON pack DEFERRABLE INITIALLY DEFERRED
             FOR EACH ROW EXECUTE FUNCTION public.refuse()`,
          );
        },
        async () => void (await fleet.sql('DROP TRIGGER refuse ON pack')),
      );
    });
  }

  it('where its links cannot be made', async () => {
    await using fleet = await running();
    const fresh = join(fleet.directory, `store/.staging/link-${process.pid}-one`);
    await assertKept(
      fleet,
      async () => void (await mkdir(join(fresh, 'in the way'), { recursive: true })),
      () => rm(fresh, { recursive: true }),
    );
  });
});
