import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';

const root = join(import.meta.dirname, '..', '..');

interface Line {
  readonly number: string;
  readonly what: string;
  readonly expected: string;
  readonly tests: readonly { readonly file: string; readonly name: string }[];
}

async function readLines(): Promise<Line[]> {
  const text = await readFile(join(root, 'docs/nothing-lost.md'), 'utf8');
  return text
    .split('\n')
    .filter((line) => /^\| \d+ \|/.test(line))
    .map((line) => {
      const [number = '', what = '', expected = '', tests = ''] = line.slice(2, -2).split(' | ');
      return { number, what, expected, tests: tests.split('<br>').map(parseTest) };
    });
}

function parseTest(text: string): Line['tests'][number] {
  const [, file = '', name = ''] = /^`([^`]+)`: (.+)$/.exec(text) ?? [];
  return { file, name };
}

describe('the table of what a reinstall by Attune loses', () => {
  it('has 29 lines, each with what is expected here', async () => {
    const lines = await readLines();
    assert.deepEqual(
      lines.map(({ number }) => number),
      Array.from({ length: 29 }, (_, index) => String(index + 1)),
    );
    for (const { number, what, expected } of lines) {
      assert.ok(what.length > 0, number);
      assert.match(expected, /kept|restored|blocked|history keeps the text ref|not ours: /, number);
    }
  });

  it('names tests that exist, in files that run on both databases', async () => {
    for (const { number, tests } of await readLines()) {
      assert.ok(tests.length > 0, number);
      for (const { file, name } of tests) {
        const source = await readFile(join(root, file), 'utf8').catch(() => '');
        assert.ok(
          [`'${name}'`, `"${name}"`].some((literal) => source.includes(literal)),
          `${number}: ${file}: ${name}`,
        );
        assert.match(source, /for \(const like of \['ours', 'attune'\] as const\)/, file);
      }
    }
  });
});
