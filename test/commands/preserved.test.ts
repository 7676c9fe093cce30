import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { renderPreservedShowJson, renderPreservedShowText } from '../../src/commands/preserved/render-preserved.ts';
import { showPreserved } from '../../src/commands/preserved/show-preserved.ts';
import { writeConfig } from '../support/cli-child.ts';
import { runInside } from '../support/cli-inside.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { makePeoplesThings, peoplesThings } from '../support/peoples-things.ts';

const document = 'kind: Pack\nref: shop\nsource:\n  directory: ../packs/shop\n';

/** A fleet from which shop was removed together with what people made of it. */
async function removed(): Promise<Fleet> {
  const fleet = await createFleet();
  await writeConfig(fleet);
  await fleet.writePack('core', coreFiles);
  await fleet.writePack('shop', shopFiles);
  await fleet.apply();
  await makePeoplesThings(fleet);
  await fleet.write({ 'desired/shop.yaml': null });
  await fleet.apply();
  return fleet;
}

interface Listed {
  readonly id: string;
  readonly kind: string;
  readonly ref: string;
  readonly waits: string | null;
  readonly restored?: boolean;
}

async function list(fleet: Fleet): Promise<readonly Listed[]> {
  const { code, out, err } = await runInside(fleet, ['preserved', 'list', '--output', 'json']);
  assert.equal(code, 0, err);
  return JSON.parse(out).preserved;
}

async function idOf(fleet: Fleet, kind: string, ref: string): Promise<string> {
  const found = (await list(fleet)).find((one) => one.kind === kind && one.ref === ref);
  assert.ok(found !== undefined, `${kind} ${ref} is set aside`);
  return found.id;
}

describe('what is set aside', () => {
  it('is listed with what it waits for, and shown without any secret', async () => {
    await using fleet = await removed();
    const listed = await list(fleet);
    assert.ok(listed.length > 12);
    for (const { waits } of listed)
      assert.match(waits ?? '', /^the (pack|action|trigger|sensor|permission set|workflow) shop.* is not there$/);
    const text = await runInside(fleet, ['preserved', 'list', '--pack', 'shop'], { env: { COLUMNS: '60' } });
    assert.match(text.out, /^\d+ shop rule shop\.mine\n {2}SINCE /m);
    assert.ok(text.out.split('\n').every((line) => line.length <= 60));
    assert.match(text.out, /rows set aside\.\n$/);
    const ids = listed.map(({ id }) => id);
    for (const id of ids) {
      const shown = await showPreserved(fleet.context, id);
      const said = renderPreservedShowText(shown) + JSON.stringify(renderPreservedShowJson(shown));
      assert.doesNotMatch(said, /canary|wh_mine|wh_ordered/);
    }
    for (const id of [await idOf(fleet, 'key', 'shop'), await idOf(fleet, 'pack', 'shop')]) {
      for (const format of ['text', 'json', 'yaml']) {
        const { code, out, err } = await runInside(fleet, [
          'preserved',
          'show',
          id,
          '--output',
          format,
          '--log-level',
          'debug',
        ]);
        assert.equal(code, 0, err);
        assert.doesNotMatch(out + err, /canary|wh_mine|wh_ordered/);
      }
    }
    const key = await runInside(fleet, ['preserved', 'show', await idOf(fleet, 'key', 'shop'), '--output', 'json']);
    assert.match(JSON.parse(key.out).value.value, /^secret:[0-9a-f]{12}$/);
    assert.deepEqual(await list(fleet), listed);
  });

  it('waits for its pack when a person wants it back too early, and is put back by them later', async () => {
    await using fleet = await removed();
    const rule = await idOf(fleet, 'rule', 'shop.mine');
    const early = await runInside(fleet, ['preserved', 'restore', rule]);
    assert.equal(early.code, 3);
    assert.match(early.out, /rule shop\.mine \(\d+\) stays set aside: the pack shop is not there/);

    // Attune itself installs the pack: nothing of that is a change of ours.
    await fleet.sql(`INSERT INTO pack (ref, label, version) VALUES ('shop', 'Shop', '1.0.0')`);
    const late = await runInside(fleet, ['preserved', 'restore', rule, '--output', 'json']);
    assert.equal(late.code, 0, late.err);
    assert.equal(JSON.parse(late.out).preserved[0].restored, true);
    const [row] = await fleet.sql(`SELECT action, action_ref, enabled FROM rule WHERE ref = 'shop.mine'`);
    assert.deepEqual(row, { action: null, action_ref: 'shop.mine', enabled: false });
    const [run] = await fleet.sql(
      `SELECT r.cause, r.who IS NOT NULL AS named, c.reason FROM attune_sync.run r JOIN attune_sync.run_change c ON c.run = r.id ORDER BY r.id DESC LIMIT 1`,
    );
    assert.deepEqual(run, { cause: 'preserved restore', named: true, reason: 'put back by a person: rule shop.mine' });
  });

  it('comes back as a whole by the name of its pack', async () => {
    await using fleet = await removed();
    await fleet.sql(`INSERT INTO pack (ref, label, version) VALUES ('shop', 'Shop', '1.0.0')`);
    const { code, out } = await runInside(fleet, ['preserved', 'restore', '--pack', 'shop']);
    assert.equal(code, 3);
    assert.match(out, /\+ action shop\.mine/);
    assert.match(out, /\+ key shop\.mine\.token of the action shop\.mine/);
    assert.match(
      out,
      /! key shop\.ship\.token of the action shop\.ship \(\d+\) stays set aside: the action shop\.ship is not there/,
    );
  });

  it('never takes the place of what a person made meanwhile', async () => {
    await using fleet = await removed();
    await fleet.sql(`INSERT INTO pack (ref, label, version) VALUES ('shop', 'Shop', '1.0.0')`);
    await fleet.sql(
      `INSERT INTO rule (ref, pack, pack_ref, label, description, action_ref, trigger_ref, enabled, is_adhoc)
       SELECT 'shop.mine', id, 'shop', 'Newer', '', 'a.b', 'c.d', TRUE, TRUE FROM pack WHERE ref = 'shop'`,
    );
    const { code, out } = await runInside(fleet, ['preserved', 'restore', await idOf(fleet, 'rule', 'shop.mine')]);
    assert.equal(code, 3);
    assert.match(out, /stays set aside: another rule shop\.mine is there/);
    assert.deepEqual(await fleet.sql(`SELECT label FROM rule WHERE ref = 'shop.mine'`), [{ label: 'Newer' }]);
  });

  it('is dropped only when a person says so, and then for good', async () => {
    await using fleet = await removed();
    const id = await idOf(fleet, 'rule', 'shop.mine');
    const refused = await runInside(fleet, ['preserved', 'drop', id]);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /\[cannot-ask\]\n.*`attune-sync preserved drop \d+ --yes`/);
    const { code, out } = await runInside(fleet, ['preserved', 'drop', id, '--yes']);
    assert.equal(code, 0);
    assert.match(out, /- rule shop\.mine/);
    await fleet.write({ 'desired/shop.yaml': document });
    await fleet.apply();
    assert.deepEqual(await fleet.sql(`SELECT ref FROM rule WHERE ref = 'shop.mine'`), []);
    assert.ok((await peoplesThings(fleet)).some((line) => line.startsWith('action {') && line.includes('shop.mine')));
  });

  it('is named by ids that are there: others are an error, and nothing is written', async () => {
    await using fleet = await removed();
    const before = await list(fleet);
    const id = await idOf(fleet, 'rule', 'shop.mine');
    for (const args of [
      ['show', '999'],
      ['show', 'x'],
      ['restore', id, '999'],
      ['drop', id, '999'],
    ]) {
      const { code, err } = await runInside(fleet, ['preserved', ...args]);
      assert.equal(code, 1);
      assert.match(err, /Nothing is set aside under (999|x).*\[unknown-preserved\]/s);
    }
    const both = await runInside(fleet, ['preserved', 'restore']);
    assert.match(both.err, /\[nothing-named\]/);
    assert.deepEqual(await list(fleet), before);
  });
});
