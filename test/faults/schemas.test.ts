import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { writeConfig } from '../support/cli-child.ts';
import { runInside } from '../support/cli-inside.ts';
import { createReader } from '../support/create-reader.ts';
import { endState } from '../support/end-state.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';

async function writeFleet(fleet: Fleet): Promise<void> {
  await writeConfig(fleet);
  await fleet.writePack('core', coreFiles);
  await fleet.writePack('shop', shopFiles);
}

const looks = [
  ['plan'],
  ['status'],
  ['status', 'shop'],
  ['pack', 'list'],
  ['pack', 'show', 'shop'],
  ['override', 'list'],
  ['migrate', '--status'],
];

describe('a role that may only read', () => {
  it('sees everything of a database that was never migrated, and is told that it may not apply', async () => {
    await using fleet = await createFleet();
    await writeFleet(fleet);
    await fleet.sql('DROP SCHEMA attune_sync CASCADE');
    await fleet.sql(`INSERT INTO pack (ref, label, version) VALUES ('shop', 'Shop', '0.1.0')`);
    await using reader = await createReader(fleet, ['attune']);
    for (const look of looks) {
      const { code, err } = await runInside(fleet, look, reader);
      assert.equal(code, 0, `${look.join(' ')}: ${err}`);
    }
    const { code, err } = await runInside(fleet, ['apply', '--yes'], reader);
    assert.equal(code, 1);
    assert.match(
      err,
      /denies a right that is needed: permission denied for database .*\[database-denied\].*GRANT CREATE ON DATABASE /s,
    );
    assert.doesNotMatch(err, /CREATE SCHEMA/);
    assert.deepEqual(await fleet.sql('SELECT version FROM pack'), [{ version: '0.1.0' }]);
  });

  it('sees everything of a migrated one, and is told that it may not apply', async () => {
    await using fleet = await createFleet();
    await writeFleet(fleet);
    await fleet.apply();
    await fleet.writePack('shop', {}, { version: '1.1.0' });
    const before = await endState(fleet);
    await using reader = await createReader(fleet, ['attune', 'attune_sync']);
    for (const look of looks) {
      const { code, err } = await runInside(fleet, look, reader);
      assert.equal(code, 0, `${look.join(' ')}: ${err}`);
    }
    assert.match((await runInside(fleet, ['plan'], reader)).out, /~ {2}shop {2}reinstall/);
    const { code, out, err } = await runInside(fleet, ['apply', '--yes'], reader);
    assert.equal(code, 1);
    assert.match(
      out + err,
      /permission denied for table .*\[database-denied\].*GRANT SELECT, INSERT, UPDATE, DELETE ON /s,
    );
    const { rows } = await endState(fleet);
    assert.deepEqual(rows, before.rows);
  });

  it('is told which right is missing where our tables are hidden from it', async () => {
    await using fleet = await createFleet();
    await writeFleet(fleet);
    await using reader = await createReader(fleet, ['attune']);
    for (const look of looks) {
      const { code, err } = await runInside(fleet, look, reader);
      assert.equal(code, 1, look.join(' '));
      assert.match(err, /permission denied for schema attune_sync.*\[database-denied\]/s, look.join(' '));
      assert.match(err, /GRANT USAGE ON SCHEMA attune_sync TO/);
    }
  });

  it('is told which right is missing where a table of Attune is hidden from it', async () => {
    await using fleet = await createFleet();
    await writeFleet(fleet);
    await using reader = await createReader(fleet, ['attune', 'attune_sync']);
    const [role] = /reader_[0-9a-f]+/.exec(reader.url) ?? [''];
    await fleet.sql(`REVOKE SELECT ON attune.key FROM ${role}`);
    const { code, err } = await runInside(fleet, ['plan'], reader);
    assert.equal(code, 1);
    assert.match(err, /permission denied for table key.*\[database-denied\].*GRANT SELECT ON key TO/s);
  });
});

describe('a database that is not what it should be', () => {
  const faults: readonly (readonly [name: string, sql: string, message: RegExp])[] = [
    [
      'has no tables of Attune',
      'DROP SCHEMA attune CASCADE',
      /has no tables of Attune in schema attune.*\[attune-missing\]/s,
    ],
    [
      'has them in another schema',
      'ALTER SCHEMA attune RENAME TO other',
      /Schema other has them.*\[attune-missing\].*database\.schema: other/s,
    ],
    [
      'is of a later Attune',
      'ALTER TABLE attune.pack ADD COLUMN active_release BIGINT',
      /later release.*\[attune-later\]/s,
    ],
    [
      'lacks a column',
      'ALTER TABLE attune.action DROP COLUMN entrypoint',
      /lack action\.entrypoint.*\[attune-columns\]/s,
    ],
    ['lacks a table', 'DROP TABLE attune.policy CASCADE', /policy.*\[attune-columns\]/s],
    [
      'lacks a table that only the writer needs',
      'DROP TABLE attune.key CASCADE',
      /\[(attune-columns|database-schema)\]/,
    ],
    [
      'was migrated by a later release of this tool',
      `INSERT INTO attune_sync.migration (name, batch, migration_time) VALUES ('9999_later', 9, now())`,
      /\[schema-newer\]/,
    ],
  ];
  for (const [name, sql, message] of faults) {
    it(`because it ${name} is left alone, and the reason is named`, async () => {
      await using fleet = await createFleet();
      await writeFleet(fleet);
      await fleet.sql(sql);
      for (const verb of [['plan'], ['apply', '--yes'], ['status']]) {
        const { code, out, err } = await runInside(fleet, verb);
        assert.equal(code, 1, `${verb.join(' ')}: ${out}`);
        assert.match(err, message, verb.join(' '));
        assert.doesNotMatch(err, /\[unexpected\]/);
      }
      assert.deepEqual(await fleet.sql('SELECT FROM attune_sync.pack'), []);
    });
  }

  it('because our tables are half gone is an error, not a fault of the program', async () => {
    await using fleet = await createFleet();
    await writeFleet(fleet);
    await fleet.sql('DROP TABLE attune_sync.override');
    for (const verb of [['plan'], ['apply', '--yes']]) {
      const { code, err } = await runInside(fleet, verb);
      assert.equal(code, 1);
      assert.match(err, /attune_sync\.override.*\[database-schema\]/s, verb.join(' '));
    }
  });
});
