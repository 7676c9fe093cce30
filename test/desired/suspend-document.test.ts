import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDocuments } from '../../src/desired/parse-documents.ts';

function parse(suspend: string) {
  const text = `kind: Pack\nref: jira\nsource: { directory: jira }\n${suspend}\n`;
  const base = { type: 'directory', directory: '/etc/desired' } as const;
  return parseDocuments([{ path: 'jira.yaml', text }], { name: 'desired', base }, {});
}

test('a document says why its pack is suspended, by whom and until when, and where it says so', () => {
  const { documents, problems } = parse('suspend: { reason: too loud, by: ann, until: 2026-12-01T08:00:00+01:00 }');
  assert.deepEqual(problems, []);
  assert.deepEqual(documents[0]?.suspend, {
    reason: 'too loud',
    by: 'ann',
    until: new Date('2026-12-01T07:00:00Z'),
    where: { file: '/etc/desired/jira.yaml', line: 4, column: 1 },
  });
});

for (const [name, suspend, code] of [
  ['no reason', 'suspend: {}', 'missing-key'],
  ['an empty reason', 'suspend: { reason: " " }', 'wrong-format'],
  ['true alone', 'suspend: true', 'wrong-type'],
  ['a time without its zone', 'suspend: { reason: loud, until: "2026-12-01T08:00:00" }', 'wrong-format'],
  ['what is mistyped', 'suspend: { reason: loud, untill: "2026-12-01T08:00:00Z" }', 'unknown-key'],
  ['a day that there is not', 'suspend: { reason: loud, until: "2026-11-31T08:00:00Z" }', 'wrong-format'],
] as const) {
  test(`a suspension with ${name} is refused, and its pack counts as desired`, () => {
    const { documents, mentioned, problems } = parse(suspend);
    assert.deepEqual([documents, mentioned], [[], ['jira']]);
    assert.deepEqual(
      problems.map(({ code, where }) => [code, where?.line]),
      [[code, 4]],
    );
  });
}
