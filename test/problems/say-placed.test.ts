import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problem } from '../../src/errors.ts';
import { sayPlaced } from '../../src/problems/say-placed.ts';

const open = 'A list opened with [ above is not closed.';

test('a sentence about a document begins with its place, as far as that is known', () => {
  const say = (where?: { file: string; line?: number; column?: number }) =>
    sayPlaced(problem('error', 'yaml-syntax', open, where === undefined ? {} : { where }));
  assert.equal(say({ file: 'jira.yaml', line: 4, column: 7 }), `jira.yaml:4:7: ${open}`);
  assert.equal(say({ file: 'jira.yaml', line: 4 }), `jira.yaml:4: ${open}`);
  assert.equal(say({ file: 'jira.yaml' }), `jira.yaml: ${open}`);
  assert.equal(say(), open);
});
