import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createSupersede } from '../../src/daemon/supersede.ts';
import type { Desired } from '../../src/desired/desired.ts';
import { Secret } from '../../src/secret.ts';
import { createFleet } from '../support/fleet.ts';
import { startDaemon } from './start-daemon.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

interface Known {
  readonly packs?: Readonly<Record<string, { readonly digest?: string; readonly document?: object }>>;
  readonly unreadable?: readonly string[];
  readonly mentioned?: readonly string[];
  readonly unmanaged?: readonly string[];
  readonly complete?: boolean;
}

function desired({ packs = {}, unreadable = [], mentioned = [], unmanaged = [], complete = true }: Known): Desired {
  const wanted = Object.entries(packs).map(([ref, { digest = 'a', document = {} }]) => ({
    ref,
    content: { digest },
    document: { ref, config: {}, enabled: {}, where: { file: 'one.yaml', line: 1 }, source: {}, ...document },
  }));
  return { packs: wanted, unreadable: unreadable.map((ref) => ({ ref })), mentioned, unmanaged, complete } as never;
}

/** Whether what is held of the pack `one` is called off when this is desired all at once. */
async function isCalledOff(before: Known, after: Known): Promise<boolean> {
  const supersede = createSupersede({ log: quiet, read: async () => desired(after) });
  supersede.begin();
  supersede.goesBy(desired(before));
  supersede.steps.begin(['one']);
  const signal = supersede.steps.signalOf('one');
  supersede.nudge();
  await supersede.close();
  return signal.aborted;
}

const one = { packs: { one: {} } };
const secret = (value: string) => ({ packs: { one: { document: { config: { token: new Secret(value) } } } } });

for (const [what, before, after, expected] of [
  ['the same', one, one, false],
  ['another content', one, { packs: { one: { digest: 'b' } } }, true],
  ['another secret', secret('x'), secret('y'), true],
  ['the same secret', secret('x'), secret('x'), false],
  ['another switch', one, { packs: { one: { document: { enabled: { 'one.go': false } } } } }, true],
  ['the same further down in its file', one, { packs: { one: { document: { where: { line: 9 } } } } }, false],
  ['the same content from elsewhere', one, { packs: { one: { document: { source: { url: 'x' } } } } }, false],
  ['nothing', one, {}, true],
  ['nothing, where not all could be read', one, { complete: false }, false],
  ['something that cannot be read', one, { unreadable: ['one'] }, false],
  ['something that is not valid', one, { mentioned: ['one'], complete: false }, false],
  ['to be left alone', one, { unmanaged: ['one'] }, true],
] as const) {
  test(`a build is ${expected ? 'called off' : 'left alone'} where desired is: ${what}`, async () => {
    assert.equal(await isCalledOff(before, after), expected);
  });
}

test('a nudge that came while the pass was reading is looked at once something takes long', async () => {
  let reads = 0;
  const read = async () => {
    reads += 1;
    return desired({ packs: { one: { digest: 'b' } } });
  };
  const supersede = createSupersede({ log: quiet, read });
  supersede.nudge();
  supersede.begin();
  supersede.nudge();
  supersede.goesBy(desired(one));
  assert.equal(reads, 0);
  supersede.steps.begin(['one']);
  const signal = supersede.steps.signalOf('one');
  await supersede.close();
  assert.deepEqual([reads, signal.aborted], [1, true]);
});

test('what mends a pack whose tests hang arrives at once, and tests of another pack go on', {
  timeout: 60_000,
}, async () => {
  await using fleet = await createFleet({ sync: { intervalMs: 3_600_000 } });
  const at = (name: string) => join(fleet.directory, name);
  const runs = 'testing: {runners: {main: {type: script, entry_point: tests/run.sh, timeout: 600}}}\n';
  await fleet.writePack('hung', { 'tests/run.sh': `touch ${at('begun')}; sleep 600\n` }, { pack: runs });
  const slow = `echo x >> ${at('counter')}; until [ -e ${at('go')} ]; do sleep 0.02; done; echo Passed: 1\n`;
  await fleet.writePack('slow', { 'tests/run.sh': slow }, { pack: runs });
  const stop = new AbortController();
  const daemon = await startDaemon(fleet, stop);
  try {
    while (!existsSync(at('begun')) || !existsSync(at('counter'))) await new Promise((done) => setTimeout(done, 10));
    const calledOff = daemon.says(/^Something newer is desired of hung/);
    await fleet.write({ 'packs/hung/tests/run.sh': 'echo Passed: 1\n' });
    await calledOff;
    await writeFile(at('go'), '');
    const refs = () => fleet.sql('SELECT ref FROM pack ORDER BY ref');
    while ((await refs()).length < 2) await new Promise((done) => setTimeout(done, 20));
    assert.equal(await readFile(at('counter'), 'utf8'), 'x\n');
  } finally {
    stop.abort();
    await daemon.ended;
  }
});
