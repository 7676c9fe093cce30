import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measurements, runBench } from './run-bench.ts';

test('the short form prints a row for each measurement, with its floor', async () => {
  const said: string[] = [];
  const report = await runBench(['--short'], (line) => said.push(line));
  for (const what of [
    'cold apply',
    'cold apply, fsync off',
    'cold apply beside g10k',
    'second pass',
    'attune-sync plan, whole process',
    'rows into Postgres',
    'hashing',
    'one pack of 50 actions, planned and applied',
    'save to committed row, one pack in a directory',
    'save to committed row, 5 packs from git',
    'save to committed row beside fs.watch, 5 packs',
    'signed webhook to committed row, 5 packs',
    'peak memory, cold apply and 1 second passes',
    'reinstall of 3 packs, one action changed in each',
    'reinstall of 3 packs, one action changed in each: rows and links',
    'plan of 5 unchanged packs',
    'attune-sync plan of 5 unchanged packs, whole process',
    'peak memory, plan of 5 unchanged packs',
    'cold apply of 3 packs in Python that share a manifest',
    'cold apply of 3 packs in Python that share a manifest: the environment',
    'reinstall of 3 packs in Python that share a manifest, code of each changed',
  ]) {
    assert.match(report, new RegExp(`^\\| \\d+ +\\| ${what} +\\| [\\d.,]+ (ms|MB|components/s)`, 'm'), what);
  }
  assert.match(report, /^5 packs; \d+ cores/);
  assert.deepEqual(
    said.slice(1),
    Object.keys(measurements).map((name) => `Measuring ${name}.`),
  );
});

test('an argument that names no measurement is refused before anything is made', async () => {
  await assert.rejects(
    runBench(['--only', 'cold,warm'], () => assert.fail('something was begun')),
    /There is no measurement warm\. npm run bench/,
  );
});
