import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameInPack } from '../../src/pack-tests/name-in-pack.ts';

const copy = '/srv/store/.staging/tests-5bcaf848/pack';

for (const [text, expected] of [
  [`  File "${copy}/tests/test_duck.py", line 7, in test_quak`, '  File "tests/test_duck.py", line 7, in test_quak'],
  [`at file://${copy}/tests/a.test.js:3:9 and (${copy}/lib/b.js:1:1)`, 'at tests/a.test.js:3:9 and (lib/b.js:1:1)'],
  [`rootdir: ${copy}\n`, 'rootdir: .\n'],
  [`cd '${copy}'`, "cd '.'"],
  [`${copy}-old/a and ${copy}age.json`, `${copy}-old/a and ${copy}age.json`],
  [`/else${copy}/a`, `/else${copy}/a`],
] as const) {
  test(`${JSON.stringify(text)} names files as the pack does`, () => {
    assert.equal(nameInPack(text, [copy]), expected);
  });
}
