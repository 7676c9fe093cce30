import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { LongSteps } from '../../src/apply/long-steps.ts';
import { prepareEnvironments } from '../../src/apply/prepare-environments.ts';
import { createScene, hasCode, needing, shellEnvironment } from './build-scene.ts';

/** Steps that a test calls off. */
function createSteps(refs: readonly string[]): LongSteps & { callOff(ref: string): void } {
  const held = new Map(refs.map((ref) => [ref, new AbortController()]));
  return {
    begin() {},
    end() {},
    signalOf: (ref) => held.get(ref)?.signal ?? new AbortController().signal,
    callOff: (ref) => held.get(ref)?.abort(),
  };
}

async function appears(path: string): Promise<void> {
  while (!existsSync(path)) await new Promise((done) => setTimeout(done, 10));
}

test('a build that is called off is ended with all that it began, and others go on', { timeout: 20_000 }, async (t) => {
  const { store, context, publish } = await createScene(t);
  const at = (name: string) => join(store, '..', name);
  for (const ref of ['hung', 'slow']) await publish(ref);
  const hung = shellEnvironment(`touch "${at('begun')}"; sleep 600`);
  const slow = shellEnvironment(`until [ -e "${at('go')}" ]; do sleep 0.01; done; mkdir "$0"`, { key: 'b'.repeat(32) });
  const steps = createSteps(['hung', 'slow']);
  const building = prepareEnvironments(context, [needing('hung', hung), needing('slow', slow)], steps);
  await appears(at('begun'));
  steps.callOff('hung');
  await writeFile(at('go'), '');
  const failures = await building;
  assert.deepEqual([...failures.keys()], ['hung']);
  assert.ok(hasCode('superseded', /something newer is desired of hung/)(failures.get('hung')));
});

test('what another pack needs too is built on for that', { timeout: 20_000 }, async (t) => {
  const { store, context, publish } = await createScene(t);
  const at = (name: string) => join(store, '..', name);
  for (const ref of ['first', 'second', 'third']) await publish(ref);
  const script = `echo x >> "${at('counter')}"; until [ -e "${at('go')}" ]; do sleep 0.01; done; mkdir "$0"`;
  const shared = shellEnvironment(script);
  const steps = createSteps(['first', 'second', 'third']);
  const packs = ['first', 'second', 'third'].map((ref) => needing(ref, shared));
  const building = prepareEnvironments(context, packs, steps);
  await appears(at('counter'));
  steps.callOff('first');
  steps.callOff('third');
  await writeFile(at('go'), '');
  const failures = await building;
  assert.deepEqual([...failures.keys()].sort(), ['first', 'third']);
  assert.ok(hasCode('superseded')(failures.get('first')));
  assert.equal(readFileSync(at('counter'), 'utf8'), 'x\n');
});
