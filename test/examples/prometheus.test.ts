import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { collectMetrics } from '../../src/metrics/collect-metrics.ts';
import { createHttpScene } from '../http/http-scene.ts';
import { hasProgram, runProgram } from '../support/run-program.ts';

const alerts = join(import.meta.dirname, '..', '..', 'examples', 'prometheus', 'alerts.yaml');

test('every alert is about something that the daemon measures', async () => {
  await using scene = await createHttpScene();
  const metrics = collectMetrics(scene.view);
  const shown = await metrics.render();
  metrics.close();
  const named = new Set((await readFile(alerts, 'utf8')).match(/attune_sync_[a-z_]+/g));
  assert.ok(named.size > 5);
  for (const name of named) assert.match(shown, new RegExp(`^# TYPE ${name} `, 'm'));
});

const skip = !(await hasProgram('promtool')) && 'promtool is not installed';

test('Prometheus takes the alerts', { skip }, async () => {
  assert.match(await runProgram('promtool', ['check', 'rules', alerts]), /9 rules found/);
});
