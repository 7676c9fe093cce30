import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Problem } from '../../src/errors.ts';
import type { PackContent } from '../../src/packs/content.ts';
import { readPack } from '../../src/packs/read-pack.ts';
import { minimalPack, writePack } from '../support/packs.ts';
import { cases } from './pack-format-cases.ts';

const table = readFileSync(join(import.meta.dirname, '../../docs/pack-format.md'), 'utf8');
const lines = table
  .slice(table.indexOf('| In the pack'))
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| In the pack'))
  .map((line) => line.slice(2, -2).split(' | '));

test('every line of the table in docs/pack-format.md has one test, and every test a line', () => {
  const documented = lines.map(([what]) => what);
  assert.equal(new Set(documented).size, documented.length);
  assert.deepEqual(Object.keys(cases).toSorted(), documented.toSorted());
});

for (const [what = '', , outcome = ''] of lines) {
  test(`${what}: ${outcome}`, async () => {
    const example = cases[what];
    assert.ok(example, 'there is no test for this line');
    const directory = await writePack({ ...minimalPack(), ...example.files });
    for (const [path, target] of Object.entries(example.links ?? {})) await symlink(target, join(directory, path));
    check(outcome, await readPack(directory), example.loaded);
  });
}

function check(
  outcome: string,
  { content, problems }: { content: PackContent | null; problems: readonly Problem[] },
  loaded: ((content: PackContent) => void) | undefined,
): void {
  if (outcome === 'loaded') {
    assert.deepEqual(problems, []);
    assert.ok(content && loaded, 'a line that says "loaded" needs a test of what was loaded');
  } else {
    const [severity, code] = outcome.replaceAll('`', '').split(' ');
    const found = [...new Set(problems.map((problem) => `${problem.severity} ${problem.code}`))];
    assert.deepEqual(found, [`${severity} ${code}`], JSON.stringify(problems, null, 2));
    assert.ok(problems.every(({ where }) => where !== undefined));
    assert.equal(content === null, severity === 'error');
    if (content !== null) assert.deepEqual(content.warnings, problems);
  }
  if (content !== null) loaded?.(content);
}
