import assert from 'node:assert/strict';
import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { RunResult } from '../../src/apply/result.ts';
import { createRedactor } from '../../src/redactor.ts';
import { Secret } from '../../src/secret.ts';
import { applyWith, contextWith } from '../announcements/telling-fleet.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';

const schema = JSON.parse(await readFile(new URL('../../schemas/after-apply.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);

/** Keeps what it reads, and its surroundings, beside itself. */
const keeping = '#!/bin/sh\ncat > got.json\nenv > got.env\necho "heard canary-value" >&2\n';

describe('hooks.afterApply', () => {
  it('gets what a run did on standard input, and little else', async () => {
    await using fleet = await withPacks();
    const redactor = createRedactor();
    redactor.know(new Secret('canary-value'));
    const { context, lines } = await hooked(fleet, keeping);
    await applyWith({ ...context, redactor });
    const got = await readGot(fleet);
    assert.ok(validate(got), JSON.stringify(validate.errors));
    const { durationMs, run, ...rest } = got;
    assert.ok(typeof durationMs === 'number' && run !== null);
    assert.deepEqual(
      [rest.manager, rest.cause, rest.who, rest.outcome, rest.packs.map(({ ref, action }) => `${action} ${ref}`)],
      ['test', 'apply', 'test@here', 'applied', ['install core', 'install shop']],
    );
    assert.deepEqual(rest.restarts, [], 'a sensor that was not there runs nothing old');
    assert.ok(lines.includes('info hooks.afterApply: heard (secret)'), lines.join('\n'));
    const names = (await readFile(join(fleet.directory, 'got.env'), 'utf8'))
      .split('\n')
      .map((line) => line.split('=')[0]);
    const own = names.filter(
      (name) => !['', '_', 'PWD', 'OLDPWD', 'SHLVL', 'ATTUNE_SYNC_COMMAND'].includes(name ?? ''),
    );
    assert.deepEqual(own.sort(), ['LANG', 'PATH']);

    await fleet.write({ 'got.json': '', 'packs/shop/sensors/orders.py': 'print("new")\n' });
    const { plan } = await applyWith(context);
    assert.equal(plan.changes[0]?.restarts, undefined, 'the hook knows what to do about it');
    const again = await readGot(fleet);
    assert.ok(validate(again), JSON.stringify(validate.errors));
    assert.deepEqual(again.restarts, [{ pack: 'shop', sensor: 'shop.orders', why: 'changed' }]);

    await fleet.write({ 'got.json': 'not started' });
    await applyWith(context);
    assert.equal(await readFile(join(fleet.directory, 'got.json'), 'utf8'), 'not started', 'nothing changed');
  });

  it('fails without harm, whatever it does', async () => {
    await using fleet = await withPacks();
    const hooks: [script: string, warning: RegExp][] = [
      ['#!/bin/sh\necho "no such host"\nexit 3\n', /failed: it ended with 3\. What was applied stays applied\./],
      ['#!/bin/sh\nsleep 60 &\nsleep 60\n', /failed: its time of 300 ms was up/],
      ['#!/no/such/program\n', /failed: The program .*hook is not on this machine/],
    ];
    for (const [index, [script, warning]] of hooks.entries()) {
      const { context, lines } = await hooked(fleet, script);
      await fleet.write({ 'packs/core/actions/echo.sh': `echo ${index}\n` });
      const { result } = await applyWith(context);
      assert.equal(result.outcome, 'applied');
      const warned = lines.filter((line) => line.startsWith('warn'));
      assert.equal(warned.length, 1, lines.join('\n'));
      assert.match(warned[0] ?? '', warning);
    }
  });
});

interface Got extends Omit<RunResult, 'packs'> {
  readonly manager: string;
  readonly cause: string;
  readonly who: string;
  readonly packs: readonly { ref: string; action: string }[];
  readonly restarts: readonly unknown[];
}

async function withPacks(): Promise<Fleet> {
  const fleet = await createFleet({ environment: { PATH: process.env.PATH ?? '', CANARY: 'x' } });
  await fleet.writePack('core', coreFiles);
  await fleet.writePack('shop', shopFiles);
  return fleet;
}

async function hooked(fleet: Fleet, script: string) {
  const lines: string[] = [];
  await fleet.write({ hook: script });
  await chmod(join(fleet.directory, 'hook'), 0o755);
  const timeoutMs = script.includes('sleep') ? 300 : 20_000;
  const afterApply = { command: [join(fleet.directory, 'hook')], timeoutMs };
  return { context: contextWith(fleet, { afterApply }, lines), lines };
}

async function readGot(fleet: Fleet): Promise<Got> {
  return JSON.parse(await readFile(join(fleet.directory, 'got.json'), 'utf8')) as Got;
}
