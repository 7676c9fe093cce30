import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { exportDocuments } from '../../src/commands/export.ts';
import type { DatabaseContext } from '../../src/context.ts';
import { SyncError } from '../../src/errors.ts';
import { look } from '../../src/look.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { fileVersions, installByAttune, rowVersions } from '../support/attune-install.ts';
import { writeConfig } from '../support/cli-child.ts';
import { runInside } from '../support/cli-inside.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { createRemote, runTestGit } from '../support/git.ts';
import { minimalPack } from '../support/packs.ts';

const settings = `conf_schema:
  host: { type: string, default: localhost }
  port: { type: integer, default: 80 }
  pin: { type: string, secret: true }
`;
const core = { ref: 'core', files: coreFiles };
const shop = { ref: 'shop', files: shopFiles, pack: settings };

function exported(fleet: Fleet, more: { refs?: readonly string[]; force?: boolean } = {}) {
  return exportDocuments(fleet.context, { refs: [], ...more, out: join(fleet.directory, 'out') });
}

/** As another who was given the exported directory plans it. */
async function planExport(fleet: Fleet, environment: Readonly<Record<string, string>> = {}): Promise<Plan> {
  const { config } = fleet.context;
  const entry = { type: 'directory', name: 'out', directory: join(fleet.directory, 'out/desired') } as const;
  const context: DatabaseContext = { ...fleet.context, environment, config: { ...config, desiredState: [entry] } };
  return (await look(context)).plan;
}

/** No row of Attune and no file changes: packs become managed, and documents decide what people had set. */
function assertNoChange(plan: Plan, actions: Readonly<Record<string, string>>): void {
  assert.deepEqual(
    plan.problems.filter(({ severity }) => severity === 'error'),
    [],
  );
  assert.deepEqual(plan.unreadable, []);
  assert.deepEqual(Object.fromEntries(plan.changes.map(({ ref, action }) => [ref, action])), actions);
  for (const change of plan.changes) {
    assert.deepEqual(change.pack.fields, [], change.ref);
    assert.deepEqual(change.blocks, [], change.ref);
    assert.deepEqual(
      change.components.filter(({ op }) => op !== 'record'),
      [],
      change.ref,
    );
  }
}

async function forgetAll(fleet: Fleet): Promise<void> {
  await fleet.sql('DROP SCHEMA attune_sync CASCADE');
  await rm(join(fleet.directory, 'store/.store.json'), { force: true });
}

/** With each comment on one line. */
async function document(fleet: Fleet, ref: string): Promise<string> {
  const text = await readFile(join(fleet.directory, `out/desired/${ref}.yaml`), 'utf8');
  return text.replaceAll(/(?<=^#.*)\n# /gm, ' ');
}

/** `{store}/{ref}` as a clone that Attune's installer made. */
async function cloneAsAttune(fleet: Fleet, ref: string, url: string, sourceRef: string | null): Promise<void> {
  const place = join(fleet.directory, 'store', ref);
  await rm(place, { recursive: true });
  await runTestGit(fleet.directory, ['clone', '-q', url, place]);
  await fleet.sql(`UPDATE pack SET source_type = 'git', source_url = ?, source_ref = ? WHERE ref = ?`, [
    url,
    sourceRef,
    ref,
  ]);
}

for (const like of ['ours', 'attune'] as const) {
  describe(`an export of packs that Attune installed, in a database like ${like}`, () => {
    it('is planned as nothing but their adoption, and applying it writes none of their components', async () => {
      await using fleet = await createFleet({ like });
      await installByAttune(fleet, [core, shop]);
      await fleet.sql(`UPDATE rule SET enabled = FALSE WHERE ref = 'shop.ship_orders'`);
      await fleet.sql(`UPDATE pack SET config = config || '{"port": 8080, "mine": ["a", 1, null]}' WHERE ref = 'shop'`);
      const before = [await rowVersions(fleet), await fleet.sql('SELECT * FROM pack ORDER BY ref')];
      const report = await exported(fleet);
      assert.deepEqual([report.problems, report.variables], [[], []]);
      assert.deepEqual([await rowVersions(fleet), await fleet.sql('SELECT * FROM pack ORDER BY ref')], before);
      assertNoChange(await planExport(fleet), { core: 'adopt', shop: 'adopt' });
      assert.match(
        await document(fleet, 'shop'),
        /^source:\n {2}directory: \.\.\/packs\/shop\nconfig:\n {2}mine:\n {4}- a\n {4}- 1\n {4}- null\n {2}port: 8080\nenabled:\n {2}shop\.ship_orders: false\n$/m,
      );
      await fleet.write({ desired: null });
      await rename(join(fleet.directory, 'out/desired'), join(fleet.directory, 'desired'));
      await rename(join(fleet.directory, 'packs'), join(fleet.directory, 'sources'));
      await rename(join(fleet.directory, 'out/packs'), join(fleet.directory, 'packs'));
      const { result } = await fleet.apply();
      assert.equal(result.outcome, 'applied', JSON.stringify(result));
      assert.deepEqual(await rowVersions(fleet), before[0]);
      assert.deepEqual((await fleet.plan()).changes, []);
    });
  });

  describe(`an export of managed packs, in a database like ${like}`, () => {
    it('changes nothing in the same database, nor in one that knows no manager', async () => {
      await using fleet = await createFleet({ like });
      const remote = await createRemote(fleet.directory, {
        'packs/one/pack.yaml': 'ref: one\nlabel: one\nversion: 1.0.0\n',
        'packs/one/lib/text': 'old',
      });
      await fleet.writePack('core', coreFiles);
      await fleet.writePack('shop', shopFiles, { pack: settings, document: 'config: { port: 81 }\nprune: false\n' });
      await fleet.write({
        'desired/one.yaml': `kind: Pack\nref: one\nsource:\n  git: { url: "${remote.url}", branch: main, path: packs/one }\n`,
      });
      const first = await fleet.apply();
      assert.equal(first.result.outcome, 'applied', JSON.stringify(first.result));
      await fleet.sql(`UPDATE sensor SET enabled = FALSE WHERE ref = 'shop.orders'`);
      await fleet.sql(`UPDATE pack SET config = config || '{"host": "here"}' WHERE ref = 'shop'`);
      await fleet.apply();
      await writeFile(join(fleet.directory, 'store/shop/mine'), 'put there by somebody');
      const installed = await remote.git(['rev-parse', 'main']);
      await remote.commit({ 'packs/one/lib/text': 'new' });
      await exported(fleet);
      assert.match(
        await document(fleet, 'one'),
        new RegExp(`commit: ${installed}\n {4}path: packs/one\n# .* came from main`),
      );
      assert.match(await document(fleet, 'core'), /directory: \.\.\/\.\.\/packs\/core$/m);
      assert.match(await document(fleet, 'shop'), /^prune: false$/m);
      assertNoChange(await planExport(fleet), { shop: 'configure' });
      await forgetAll(fleet);
      assertNoChange(await planExport(fleet), { core: 'adopt', one: 'adopt', shop: 'adopt' });
    });
  });
}

describe('the source that an export names', () => {
  it('is a copy of what is installed where its directory holds something else by now', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('one', { 'lib/text': 'installed' });
    await fleet.apply();
    await writeFile(join(fleet.directory, 'store/one/mine'), 'put there by somebody');
    await fleet.write({ 'packs/one/lib/text': 'edited since' });
    await exported(fleet);
    assert.deepEqual((await readdir(join(fleet.directory, 'out/packs/one'), { recursive: true })).sort(), [
      'lib',
      'lib/text',
      'pack.yaml',
    ]);
    assert.match(await document(fleet, 'one'), /which holds something else by now/);
    assertNoChange(await planExport(fleet), {});
  });

  it('is the commit that Attune checked out, though it recorded only a branch, a tag or nothing', async () => {
    await using fleet = await createFleet();
    const files = { 'pack.yaml': 'ref: one\nlabel: one\nversion: 1.0.0\n', 'lib/text': 'installed' };
    const remote = await createRemote(fleet.directory, files);
    await remote.tag('v1');
    for (const recorded of ['main', 'v1', null]) {
      await installByAttune(fleet, [{ ref: 'one', files: { 'lib/text': 'installed' } }]);
      await cloneAsAttune(fleet, 'one', remote.url, recorded);
      const commit = await remote.git(['rev-parse', 'main']);
      await exported(fleet, { force: true });
      assert.match(await document(fleet, 'one'), new RegExp(`commit: ${commit}$`, 'm'), String(recorded));
      assertNoChange(await planExport(fleet), { one: 'adopt' });
      await fleet.sql(`DELETE FROM pack`);
      await fleet.write({ store: null });
    }
  });

  it('of a clone without its .git is what the branch or tag gives, if those are the installed files', async () => {
    await using fleet = await createFleet();
    const files = { 'pack/pack.yaml': 'ref: one\nlabel: one\nversion: 1.0.0\n', 'pack/lib/text': 'installed' };
    const remote = await createRemote(fleet.directory, files);
    await remote.tag('v1');
    await installByAttune(fleet, [{ ref: 'one', files: { 'lib/text': 'installed' } }]);
    const set = (ref: string) =>
      fleet.sql(`UPDATE pack SET source_type = 'git', source_url = ?, source_ref = ?`, [remote.url, ref]);
    await set('v1');
    await exported(fleet);
    assert.match(await document(fleet, 'one'), /commit: [0-9a-f]{40}\n {4}path: pack\n# .* came from v1/);
    assertNoChange(await planExport(fleet), { one: 'adopt' });
    await set('main');
    await remote.commit({ 'pack/lib/text': 'new' });
    await exported(fleet, { force: true });
    assert.match(await document(fleet, 'one'), /\(main\), which does not answer or does not give these files/);
    assert.match(await document(fleet, 'one'), /directory: \.\.\/packs\/one/);
    assertNoChange(await planExport(fleet), { one: 'adopt' });
  });

  for (const [name, type, url, shown] of [
    [
      'an archive',
      'archive',
      'https://ann:hunter22@example.com/a.tgz?sig=hunter22',
      'the archive https://example.com/a.tgz',
    ],
    ['a registry', 'registry', 'one@1.0.0', 'a registry, as one@1.0.0'],
    [
      'a git remote with credentials',
      'git',
      'https://ann:hunter22@example.com/a.git',
      'the git repository https://example.com/a.git',
    ],
  ] as const) {
    it(`of a pack from ${name} is a copy, and the document says where it came from, without secrets`, async () => {
      await using fleet = await createFleet();
      await installByAttune(fleet, [{ ref: 'one', files: {} }]);
      await fleet.sql('UPDATE pack SET source_type = ?, source_url = ?', [type, url]);
      await exported(fleet);
      const text = await document(fleet, 'one');
      assert.ok(text.includes(`Attune installed it from ${shown}`), text);
      assert.doesNotMatch(text, /hunter22/);
      assertNoChange(await planExport(fleet), { one: 'adopt' });
    });
  }

  it('is the shared checkout that an admin’s link in the pack store leads to', async () => {
    await using fleet = await createFleet();
    await installByAttune(fleet, [{ ref: 'one', files: { 'lib/text': 'shared' } }]);
    const checkout = join(fleet.directory, 'checkout');
    await rename(join(fleet.directory, 'store/one'), checkout);
    await symlink(checkout, join(fleet.directory, 'store/one'));
    const before = await fileVersions(checkout);
    await exported(fleet);
    assert.match(await document(fleet, 'one'), /directory: \.\.\/\.\.\/checkout$/m);
    const plan = await planExport(fleet);
    assertNoChange(plan, { one: 'adopt' });
    assert.deepEqual(await fileVersions(checkout), before);
  });
});

describe('what an export leaves out', () => {
  it('are secrets: they become variables, which are listed, and given them nothing changes', async () => {
    await using fleet = await createFleet();
    await installByAttune(fleet, [core, shop]);
    const config = {
      host: 'shop.example.com',
      pin: 'canary-1',
      db: { user: 'ann', password: 'canary-2: "quoted"\nand two lines' },
      tokens: ['canary-3', 'canary-4'],
      api_token: 471_147_114_711,
    };
    await fleet.sql(`UPDATE pack SET config = config || ?::jsonb WHERE ref = 'shop'`, [JSON.stringify(config)]);
    const report = await exported(fleet);
    const text = await document(fleet, 'shop');
    assert.doesNotMatch(text + JSON.stringify(report), /canary|4711/);
    assert.deepEqual(
      report.variables.map(({ name, key }) => `${name} ${key}`),
      ['SHOP_DB_PASSWORD db.password', 'SHOP_PIN pin'],
    );
    assert.match(text, /^ {2}pin: \{ fromEnv: SHOP_PIN \}$/m);
    assert.match(text, /api_token stays as somebody set it in Attune: it is a secret that is no text/);
    assert.match(text, /Set where attune-sync is started: SHOP_DB_PASSWORD \(config\.db\.password\)/);
    const environment = { SHOP_PIN: 'canary-1', SHOP_DB_PASSWORD: config.db.password };
    assertNoChange(await planExport(fleet, environment), { core: 'adopt', shop: 'adopt' });
  });

  it('are secrets that only the files of the pack know for such: an older Attune drops schemas, and adoption shows them', async () => {
    await using fleet = await createFleet();
    await installByAttune(fleet, [core, shop]);
    await fleet.sql(
      `UPDATE pack SET label = ref, conf_schema = '{}', config = '{"pin": "canary-5"}' WHERE ref = 'shop'`,
    );
    const report = await exported(fleet);
    assert.doesNotMatch((await document(fleet, 'shop')) + JSON.stringify(report), /canary/);
    const plan = await planExport(fleet, { SHOP_PIN: 'canary-5' });
    const change = plan.changes.find(({ ref }) => ref === 'shop');
    assert.deepEqual(
      change?.pack.fields.map(({ field }) => field),
      ['conf_schema', 'config.host', 'config.port'],
    );
    assert.doesNotMatch(JSON.stringify(plan), /canary/);
  });

  it('are what people made: rows and workflow files, which stay, and are named', async () => {
    await using fleet = await createFleet();
    await installByAttune(fleet, [core, shop]);
    await fleet.write({
      'store/shop/actions/workflows/mine.workflow.yaml': 'ref: shop.mine\nlabel: Mine\nversion: 1.0.0\ntasks: []\n',
      'store/shop/actions/workflows/broken.workflow.yaml': ': no yaml',
    });
    await fleet.sql(
      `INSERT INTO action (ref, pack, pack_ref, label, description, entrypoint, is_adhoc, is_workflow)
       SELECT 'shop.mine', id, ref, 'Mine', '', 'workflows/mine.workflow.yaml', TRUE, TRUE FROM pack WHERE ref = 'shop'`,
    );
    await exported(fleet);
    const text = await document(fleet, 'shop');
    assert.match(
      text,
      /people made it in Attune; it stays: action shop\.mine, file actions\/workflows\/broken\.workflow\.yaml, file/,
    );
    await assert.rejects(stat(join(fleet.directory, 'out/packs/shop/actions/workflows')));
    assertNoChange(await planExport(fleet), { core: 'adopt', shop: 'adopt' });
  });

  it('are config values that no document can hold, or that the schema refuses', async () => {
    await using fleet = await createFleet();
    await installByAttune(fleet, [core, shop]);
    const odd =
      '{"port": "eighty", "big": 12345678901234567890, "ref": {"fromEnv": "X"}, "<<": 1, "0e1": "0e12", "text": "a: b\\n  # c"}';
    await fleet.sql(`UPDATE pack SET config = config || ?::jsonb WHERE ref = 'shop'`, [odd]);
    await exported(fleet);
    const text = await document(fleet, 'shop');
    assert.match(
      text,
      /config\.port stays as somebody set it in Attune: its value does not fit the schema of the pack/,
    );
    for (const key of ['big', 'ref']) assert.ok(text.includes(`config.${key} stays`), `${key}\n${text}`);
    assert.match(text, /^ {2}"?0e1"?: "0e12"$/m);
    assertNoChange(await planExport(fleet), { core: 'adopt', shop: 'adopt' });
  });

  it('are packs whose files cannot be used or are not here: they are named, and the others are exported', async () => {
    await using fleet = await createFleet();
    await installByAttune(fleet, [
      core,
      { ref: 'bad', files: {} },
      { ref: 'gone', files: {} },
      { ref: 'other', files: {} },
    ]);
    await fleet.write({
      'store/bad/pack.yaml': 'ref: bad\n',
      'store/gone': null,
      'store/other/pack.yaml': 'ref: core\nlabel: x\nversion: 1.0.0\n',
    });
    const report = await exported(fleet);
    assert.deepEqual(
      report.problems.map(({ code, message }) => [code, /of (\w+)/.exec(message)?.[1]]),
      [
        ['not-exported', 'bad'],
        ['not-exported', 'gone'],
        ['not-exported', 'other'],
      ],
    );
    assert.deepEqual(await readdir(join(fleet.directory, 'out/desired')), ['core.yaml']);
  });
});

describe('writing an export', () => {
  it('twice changes nothing, and never replaces what differs, unless it is told to', async () => {
    await using fleet = await createFleet();
    await installByAttune(fleet, [core, shop]);
    await exported(fleet);
    const out = join(fleet.directory, 'out');
    const before = await fileVersions(out);
    assert.deepEqual((await exported(fleet)).written, []);
    assert.deepEqual(await fileVersions(out), before);
    await fleet.write({ 'out/desired/core.yaml': 'mine', 'out/packs/shop/lib/more': 'mine' });
    const edited = await fileVersions(out);
    await assert.rejects(exported(fleet), (error) => {
      assert.ok(error instanceof SyncError);
      assert.deepEqual(
        error.problems.map(({ code, message }) => [code, /out\/(\S+)/.exec(message)?.[1]]),
        [
          ['export-conflict', 'desired/core.yaml'],
          ['export-conflict', 'packs/shop'],
        ],
      );
      return true;
    });
    assert.deepEqual(await fileVersions(out), edited);
    assert.deepEqual((await exported(fleet, { force: true })).written, ['desired/core.yaml', 'packs/shop']);
    assertNoChange(await planExport(fleet), { core: 'adopt', shop: 'adopt' });
  });

  it('keeps what can be run as it was, and is refused where packs would be read as documents', async () => {
    await using fleet = await createFleet();
    await installByAttune(fleet, [{ ref: 'one', files: minimalPack('one') as Record<string, string> }]);
    const script = join(fleet.directory, 'store/one/actions/hello.sh');
    await mkdir(dirname(script), { recursive: true });
    await chmod(script, 0o755);
    await exported(fleet);
    assert.equal((await stat(join(fleet.directory, 'out/packs/one/actions/hello.sh'))).mode & 0o777, 0o755);
    await assert.rejects(exportDocuments(fleet.context, { refs: [], out: join(fleet.directory, 'desired') }), {
      code: 'export-inside-desired',
    });
    await assert.rejects(exported(fleet, { refs: ['one', 'two'] }), { code: 'unknown-pack' });
  });

  it('to standard output gives documents that are valid, one after the other, of the packs that are named', async () => {
    await using fleet = await createFleet();
    await writeConfig(fleet);
    await installByAttune(fleet, [core, shop, { ref: 'one', files: {} }]);
    await fleet.sql(`UPDATE pack SET config = '{"pin": "canary-1"}' WHERE ref = 'shop'`);
    const { code, out, err } = await runInside(fleet, ['export', 'shop', 'core']);
    assert.equal(code, 0, err);
    assert.equal(out.split('---\n').length, 2);
    assert.match(err, /SHOP_PIN {2}config\.pin of shop/);
    assert.doesNotMatch(out + err, /canary/);
    assert.match(out, /export --out copies them to\n?#? \.\.\/packs\/core/);
    await fleet.write({ 'desired/all.yaml': out });
    const validated = await runInside(fleet, ['validate', 'desired/all.yaml'], { env: { SHOP_PIN: 'x' } });
    assert.doesNotMatch(validated.out, /error.*all\.yaml/);
    const written = await runInside(fleet, ['export', '--out', 'there', 'one']);
    assert.equal(written.code, 0, written.err);
    assert.match(written.out, /^ {2}desired\/one\.yaml$/m);
    const again = await runInside(fleet, ['export', 'nothing']);
    assert.deepEqual([again.code, again.out], [1, '']);
    assert.match(again.err, /unknown-pack/);
  });

  it('describes another manager’s packs too, and says whose they are', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('one');
    await fleet.apply();
    await fleet.sql(`UPDATE attune_sync.pack SET manager = 'other'`);
    await exported(fleet);
    assert.match(await document(fleet, 'one'), /managed by other/);
    const [change] = (await planExport(fleet)).changes;
    assert.deepEqual(
      change?.blocks.map(({ code }) => code),
      ['managed-by-another'],
    );
  });
});
