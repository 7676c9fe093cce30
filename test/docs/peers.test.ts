import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..', '..');

test('each of the seventeen pains has tests, and they exist', async () => {
  const text = await readFile(join(root, 'docs/peers.md'), 'utf8');
  const lines = text.split('\n').filter((line) => /^\| \d+ \|/.test(line));
  assert.equal(lines.length, 17);
  const missing: string[] = [];
  for (const line of lines) {
    const named = line.slice(2, -2).split(' | ')[3]?.split('<br>') ?? [];
    for (const one of named) {
      const [, file = '', name = ''] = /^`([^`]+)`: (.+)$/.exec(one) ?? [];
      const source = await readFile(join(root, file), 'utf8').catch(() => '');
      if (name === '' || !["'", '"'].some((quote) => source.includes(`${quote}${name}${quote}`))) missing.push(one);
    }
  }
  assert.deepEqual(missing, []);
});
