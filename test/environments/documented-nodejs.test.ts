import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { createFleet } from '../support/fleet.ts';
import { makeTarball } from '../support/local-packages.ts';

const manual = readFileSync(join(import.meta.dirname, '../../docs/pack-format.md'), 'utf8');

test('an action finds its packages with the runtime for Node.js that the manual shows', async () => {
  const [, runtime = ''] = /```yaml\n(ref: core\.nodejs\n[\s\S]*?)```/.exec(manual) ?? [];
  await using fleet = await createFleet({ environment: { PATH: process.env.PATH ?? '' } });
  Object.assign(fleet.context.config.environments, { build: 'here', timeoutMs: 120_000 });
  await fleet.writePack('core', { 'runtimes/nodejs.yaml': runtime });
  const archive = join(fleet.directory, 'toad.tgz');
  await writeFile(archive, await makeTarball('toad', '1.0.0', 'module.exports = "toad";\n'));
  await fleet.writePack('pond', {
    'package.json': JSON.stringify({ name: 'pond', dependencies: { toad: `file:${archive}` } }),
    'actions/croak.yaml': 'ref: pond.croak\nrunner_type: nodejs\nentry_point: croak.js\n',
    'actions/croak.js': 'console.log(require("toad"));\n',
  });
  const { result } = await fleet.apply();
  assert.equal(result.outcome, 'applied');
  const pack = join(fleet.directory, 'store/pond');
  const env = { PATH: process.env.PATH ?? '', NODE_PATH: `${pack}/node_modules/node_modules` };
  const { stdout } = await promisify(execFile)('node', [`${pack}/actions/croak.js`], { env });
  assert.equal(stdout, 'toad\n');
});
