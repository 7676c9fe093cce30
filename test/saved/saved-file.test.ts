import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmod, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readSavedPlan } from '../../src/commands/read-saved-plan.ts';
import { writeSavedPlan } from '../../src/commands/write-saved-plan.ts';
import { digestJson } from '../../src/plan/saved/digest-json.ts';
import { compile } from '../../src/yaml/check-schema.ts';
import { loadSchema } from '../../src/yaml/load-schema.ts';
import { type Ended, writeConfig } from '../support/cli-child.ts';
import { runInside } from '../support/cli-inside.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { minimalPack } from '../support/packs.ts';
import { applySaved, outcomes, save } from './saved-scene.ts';

const canary = 'canary-4711';
const environment = { DEMO_PASSWORD: canary };

async function writeFleet(fleet: Fleet): Promise<void> {
  await writeConfig(fleet);
  const { 'pack.yaml': _, ...files } = minimalPack('demo') as Record<string, string>;
  await fleet.writePack('demo', files, { document: `config: { password: { fromEnv: DEMO_PASSWORD }, url: here }\n` });
}

const run = (fleet: Fleet, ...args: readonly string[]): Promise<Ended> => runInside(fleet, args, { env: environment });

describe('plan --out', () => {
  it('saves what apply FILE applies without a question, without a terminal; the second time nothing is left', async () => {
    await using fleet = await createFleet({ migrated: false, environment });
    await writeFleet(fleet);
    const planned = await run(fleet, 'plan', '--out', 'saved.json', '--detailed-exitcode');
    assert.equal(planned.code, 2, planned.err);
    assert.match(planned.out, /Plan: 1 to install\.\n$/);
    assert.match(planned.err, /Saved: attune-sync apply saved\.json applies exactly this plan\./);
    assert.equal((await fleet.sql('SELECT FROM pack')).length, 0, 'nothing was applied');

    const applied = await run(fleet, 'apply', 'saved.json');
    assert.equal(applied.code, 0, applied.err);
    assert.match(applied.out, /\+ {2}demo {2}install .*Applied 1 pack in .*: 1 installed\.\n$/s);
    const again = await run(fleet, 'apply', 'saved.json', '--output', 'json');
    assert.equal(again.code, 0, again.err);
    assert.deepEqual(JSON.parse(again.out).result.packs, []);
    const [history] = await fleet.sql('SELECT count(*)::int AS runs FROM attune_sync.run');
    assert.deepEqual(history, { runs: 1 });
  });

  it('writes JSON by its schema, for its owner only, with no secret and nothing else beside it', async () => {
    await using fleet = await createFleet({ environment });
    await writeFleet(fleet);
    assert.equal((await run(fleet, 'plan', '--out', 'saved.json')).code, 0);
    const file = join(fleet.directory, 'saved.json');
    const text = await readFile(file, 'utf8');
    const check = compile(loadSchema('saved-plan'));
    assert.ok(check(JSON.parse(text)), JSON.stringify(check.errors));
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.deepEqual(
      (await readdir(fleet.directory)).filter((name) => name.startsWith('saved')),
      ['saved.json'],
    );
    for (const form of [canary, Buffer.from(canary).toString('base64')]) assert.ok(!text.includes(form));
    const [settings] = await fleet.sql<{ value: string }>(
      `SELECT value FROM attune_sync.settings WHERE key = 'secret_key'`,
    );
    assert.ok(!text.includes(settings?.value ?? ''), 'nor the key of the digests');
    const { tool, createdBy, manager } = JSON.parse(text);
    assert.match(tool.version, /^\d+\.\d+\.\d+/);
    assert.match(createdBy, /@/);
    assert.equal(manager, 'test');
  });

  it('holds no secret of a pack that another installed, before this tool has a key to hide it and after', async () => {
    for (const migrated of [false, true]) {
      await using fleet = await createFleet({ migrated });
      await fleet.writePack('demo', {}, { pack: 'conf_schema: { hidden: { type: string, secret: true } }\n' });
      const config = { hidden: `${canary}-schema`, api_token: `${canary}-name`, mine: 'shown' };
      await fleet.sql(`INSERT INTO pack (ref, label, version, config) VALUES ('demo', 'Mine', '0.1.0', ?::jsonb)`, [
        JSON.stringify(config),
      ]);
      const { text, saved } = await save(fleet);
      assert.equal(saved.packs[0]?.action, 'adopt');
      assert.ok(!text.includes(canary), 'plain');
      for (const value of Object.values(config)) {
        for (const plain of [value, JSON.stringify(value)]) {
          const digest = createHash('sha256').update(plain).digest('hex');
          assert.ok(!text.includes(digest.slice(0, 16)), 'a digest that a guess could be compared with');
        }
      }
      assert.deepEqual(outcomes(await applySaved(fleet)), ['demo | applied']);
    }
  });

  it('writes over a plan that was saved before, damaged or not, and over nothing else', async () => {
    await using fleet = await createFleet({ environment });
    await writeFleet(fleet);
    const { text } = await save(fleet, {}, 'saved.json');
    const at = (name: string) => join(fleet.directory, name);
    await writeFile(at('cut.json'), text.slice(0, 400));
    await writeFile(at('old.json'), text.replace('"formatVersion": 1', '"formatVersion": 0'));
    await writeFile(at('notes.json'), '{ "mine": true }\n');
    await writeFile(at('empty.json'), '');
    await symlink(at('saved.json'), at('link.json'));
    for (const name of ['saved.json', 'cut.json', 'old.json', 'new.json']) {
      await writeSavedPlan(at(name), 'new');
      assert.equal(await readFile(at(name), 'utf8'), 'new', name);
    }
    for (const name of ['notes.json', 'empty.json', 'link.json', 'packs']) {
      await assert.rejects(writeSavedPlan(at(name), 'new'), { code: 'saved-plan-occupied' }, name);
    }
    assert.equal(await readFile(at('notes.json'), 'utf8'), '{ "mine": true }\n');
    await assert.rejects(writeSavedPlan(at('nowhere/plan.json'), 'new'), { code: 'saved-plan-unwritable' });
    const ended = await run(fleet, 'plan', '--out', 'notes.json');
    assert.equal(ended.code, 1);
    assert.match(
      ended.err,
      /is not a saved plan, and is not written over {2}\[saved-plan-occupied\]|saved-plan-occupied/,
    );
  });
});

describe('apply FILE', () => {
  it('exits with 3 where a pack was refused, and tells what moved', async () => {
    await using fleet = await createFleet({ environment });
    await writeFleet(fleet);
    assert.equal((await run(fleet, 'plan', '--out', 'saved.json')).code, 0);
    await fleet.sql(`INSERT INTO pack (ref, label, version) VALUES ('demo', 'Mine', '0.1.0')`);
    const { code, out, err } = await run(fleet, 'apply', 'saved.json');
    assert.equal(code, 3);
    assert.match(out, /since the plan was saved, rows in Postgres changed: the pack demo/);
    assert.match(err, /What was refused needs a new plan: attune-sync plan --out saved\.json/);
    assert.deepEqual(await fleet.sql('SELECT label FROM pack'), [{ label: 'Mine' }]);
  });

  it('takes no targets beside it, and its own are those of the plan', async () => {
    await using fleet = await createFleet({ environment });
    await writeFleet(fleet);
    await fleet.writePack('other', {});
    const mixed = await run(fleet, 'apply', 'saved.json', '--target', 'demo');
    assert.equal(mixed.code, 1);
    assert.match(mixed.err, /saved-plan-options/);
    assert.equal((await run(fleet, 'plan', '--target', 'demo', '--out', 'saved.json')).code, 0);
    const { code, err } = await run(fleet, 'apply', 'saved.json');
    assert.equal(code, 0, err);
    assert.deepEqual(await fleet.sql('SELECT ref FROM pack'), [{ ref: 'demo' }]);
  });

  it('is refused by a configuration of another name, for another database, and for another pack store', async () => {
    await using fleet = await createFleet({ environment });
    await using other = await createFleet({ environment });
    await writeFleet(fleet);
    await writeFleet(other);
    await fleet.apply();
    await fleet.writePack('demo', {}, { version: '1.1.0' });
    const { text } = await save(fleet);
    await other.write({ 'plan.json': text });
    const elsewhere = await run(other, 'apply', 'plan.json');
    assert.equal(elsewhere.code, 1);
    assert.match(elsewhere.err, /the saved plan was made for the database .*\[saved-plan-foreign\]/s);
    const config = await readFile(join(fleet.directory, 'attune.config.yaml'), 'utf8');
    await fleet.write({ 'attune.config.yaml': config.replace('name: test\n', 'name: another\n') });
    const another = await run(fleet, 'apply', 'plan.json');
    assert.match(another.err, /made for the manager test, and this configuration is that of another .*foreign\]/s);
    await fleet.write({ 'attune.config.yaml': config });
    assert.equal((await run(fleet, 'store', 'claim')).code, 0);
    const moved = await run(fleet, 'apply', 'plan.json');
    assert.match(moved.err, /made for the pack store .*foreign\]/s);
    assert.deepEqual(await fleet.sql('SELECT version FROM pack'), [{ version: '1.0.0' }]);
  });

  it('refuses what is not exactly what was saved, with what it is', async () => {
    await using fleet = await createFleet({ environment });
    await writeFleet(fleet);
    const { text, saved } = await save(fleet);
    const data = JSON.parse(text);
    const resealed = (change: (copy: typeof data) => void) => {
      const { checksum: _, ...copy } = structuredClone(data);
      change(copy);
      return JSON.stringify({ ...copy, checksum: digestJson(copy) });
    };
    const cases: readonly (readonly [string, string, string, RegExp])[] = [
      ['a word', 'hello', 'saved-plan-invalid', /is not a saved plan/],
      ['nothing', '', 'saved-plan-invalid', /is not a saved plan/],
      ['other JSON', '{}', 'saved-plan-invalid', /is not a saved plan/],
      ['a list', '[1]', 'saved-plan-invalid', /is not a saved plan/],
      ['the plan as JSON', JSON.stringify(saved.plan), 'saved-plan-invalid', /is not a saved plan/],
      ['the beginning of one', text.slice(0, 1000), 'saved-plan-invalid', /is cut off/],
      [
        'a later format',
        resealed((copy) => {
          copy.formatVersion = 2;
        }),
        'saved-plan-version',
        /format version 2/,
      ],
      [
        'no format',
        resealed((copy) => {
          delete copy.formatVersion;
        }),
        'saved-plan-version',
        /format version none/,
      ],
      [
        'an edited pack',
        text.replace('"install"', '"adopt"'),
        'saved-plan-damaged',
        /was changed after it was written/,
      ],
      ['an edited plan', text.replaceAll('not installed', 'installed'), 'saved-plan-damaged', /was changed/],
      [
        'a pack that is none',
        resealed((copy) => {
          copy.packs[0] = { ref: 'x' };
        }),
        'saved-plan-damaged',
        /was changed/,
      ],
    ];
    for (const [name, content, code, message] of cases) {
      await fleet.write({ 'plan.json': content });
      await assert.rejects(readSavedPlan('plan.json', fleet.directory), { code, message }, name);
    }
    // Who can make the checksum cannot make a fingerprint: its key is in the database.
    await fleet.write({
      'plan.json': resealed((copy) => {
        copy.packs[0].fingerprint.digest = '0'.repeat(64);
      }),
    });
    const { code, out } = await run(fleet, 'apply', 'plan.json');
    assert.equal(code, 3);
    assert.match(out, /since the plan was saved, rows in Postgres changed/);
  });

  it('names a file that is not there, and says how to apply one pack', async () => {
    await using fleet = await createFleet({ environment });
    await writeFleet(fleet);
    const missing = await run(fleet, 'apply', 'demo');
    assert.equal(missing.code, 1);
    assert.match(missing.err, /demo does not exist .*\[saved-plan-missing\].*apply --target demo/s);
    assert.match((await run(fleet, 'apply', 'packs')).err, /packs is a directory/);
    if (process.getuid?.() === 0) return;
    await save(fleet);
    await chmod(join(fleet.directory, 'plan.json'), 0);
    assert.match((await run(fleet, 'apply', 'plan.json')).err, /cannot be read \(EACCES\)/);
  });
});
