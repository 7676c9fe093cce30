import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { look } from '../../src/look.ts';
import { renderPlanJson } from '../../src/plan/render/render-plan-json.ts';
import { renderPlanMarkdown } from '../../src/plan/render/render-plan-markdown.ts';
import { renderPlanText } from '../../src/plan/render/render-plan-text.ts';
import { writeConfig } from '../support/cli-child.ts';
import { runInside } from '../support/cli-inside.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { applyWith, contextWith, nowhere } from './telling-fleet.ts';

const says = "restart    runs on as it was until Attune's sensor service is restarted: sensor shop.orders";

describe('sensors that nobody starts anew', () => {
  it('are named by the plan, and by status until a person says that they were restarted', async () => {
    await using fleet = await withShop();
    await writeConfig(fleet);
    assert.doesNotMatch(
      (await runInside(fleet, ['status'])).out,
      /sensor/i,
      'what was just installed runs nothing old',
    );

    await fleet.write({ 'packs/shop/sensors/orders.py': 'print("new")\n' });
    const plan = await fleet.plan();
    assert.match(renderPlanText(plan, { color: false, width: 100 }), new RegExp(says));
    assert.match(renderPlanMarkdown(plan), new RegExp(says));
    assert.deepEqual(JSON.parse(JSON.stringify(renderPlanJson(plan))).changes[0].restarts, [
      {
        code: 'sensor-changed',
        sentence: "runs on as it was until Attune's sensor service is restarted",
        rows: ['sensor shop.orders'],
      },
    ]);
    await fleet.apply();
    const status = await runInside(fleet, ['status']);
    assert.match(status.out, /^Sensor shop\.orders runs on as it was, since .*Z\.$/m);
    assert.match(status.out, /`attune-sync sensors restarted` says so/);
    const { restarts } = JSON.parse((await runInside(fleet, ['status', '--output', 'json'])).out);
    assert.deepEqual(
      restarts.map(({ sensor, pack, why }: Record<string, string>) => [sensor, pack, why]),
      [['shop.orders', 'shop', 'changed']],
    );

    const wrong = await runInside(fleet, ['sensors', 'restarted', 'shop.order']);
    assert.equal(wrong.code, 1);
    assert.match(wrong.err, /No sensor waits for a restart as shop\.order .*Did you mean shop\.orders\?/s);
    const done = await runInside(fleet, ['sensors', 'restarted', 'shop']);
    assert.equal(done.code, 0, done.err);
    assert.match(done.out, /^- shop\.orders runs on as it was/);
    assert.doesNotMatch((await runInside(fleet, ['status'])).out, /sensor/i);
    assert.match(
      (await runInside(fleet, ['history', 'shop'])).out,
      /a person says that they were restarted: shop\.orders/,
    );
    assert.equal((await runInside(fleet, ['sensors', 'restarted'])).out, 'No sensor waits for a restart.\n');
  });

  it('are only those that run, and that a change concerns', async () => {
    await using fleet = await withShop();
    const named = async () =>
      (await fleet.plan()).changes.flatMap(({ restarts = [] }) => restarts.map(({ code }) => code));
    // What people read of an action.
    await fleet.writePack('shop', {}, { document: 'enabled: { shop.fulfil: false }\n' });
    assert.deepEqual(await named(), []);
    await fleet.writePack('shop', {}, { document: 'enabled: { shop.orders: false }\n' });
    assert.deepEqual(await named(), ['sensor-gone'], 'switched off');
    await fleet.writePack('shop', { 'sensors/orders.yaml': null });
    assert.deepEqual(await named(), ['sensor-gone'], 'left its pack');
    await fleet.writePack('shop', { ...shopFiles, 'sensors/orders.py': 'print("new")\n' });
    assert.deepEqual(await named(), ['sensor-changed']);
    await fleet.sql('UPDATE rule SET enabled = FALSE');
    assert.deepEqual(await named(), [], 'no rule uses its trigger');
    await fleet.sql('UPDATE rule SET enabled = TRUE');
    await fleet.sql('UPDATE sensor SET enabled = FALSE');
    assert.deepEqual(await named(), [], 'a person has switched it off');
  });

  it('are, where Attune is told, only those of which it knows no message', async () => {
    await using fleet = await withShop();
    await fleet.write({ 'packs/shop/sensors/orders.py': 'print("new")\n' });
    await fleet.apply();
    const waiting = () => fleet.sql('SELECT sensor, why FROM attune_sync.sensor_restart');
    assert.deepEqual(await waiting(), [{ sensor: 'shop.orders', why: 'changed' }]);
    const context = contextWith(fleet, nowhere);
    await fleet.write({ 'packs/shop/sensors/orders.py': 'print("newer")\n' });
    assert.equal((await look(context)).plan.changes[0]?.restarts, undefined);
    await applyWith(context);
    assert.deepEqual(await waiting(), [], 'the message that goes starts it anew');
    await fleet.write({ 'desired/shop.yaml': null });
    const { plan } = await applyWith(context);
    assert.deepEqual(
      plan.changes[0]?.restarts?.map(({ code }) => code),
      ['sensor-gone'],
    );
    assert.deepEqual(await waiting(), [{ sensor: 'shop.orders', why: 'gone' }]);
  });
});

async function withShop(): Promise<Fleet> {
  const fleet = await createFleet({ sync: { removalLimit: { count: 5, percent: 100 } } });
  await fleet.writePack('core', coreFiles);
  await fleet.writePack('shop', shopFiles);
  await fleet.apply();
  return fleet;
}
