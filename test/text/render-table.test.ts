import assert from 'node:assert/strict';
import { test } from 'node:test';
import { displayWidth } from '../../src/text/display-width.ts';
import { renderTable } from '../../src/text/render-table.ts';
import { hangText, wrapText } from '../../src/text/wrap-text.ts';

const columns = [{ header: 'PACK' }, { header: 'STATE' }, { header: 'MESSAGE', wrapTo: 12 }];
const cells = (...texts: string[]) => texts.map((text) => ({ text }));

test('columns are as wide as their longest text, and the last one leaves no blanks behind', () => {
  const lines = renderTable(columns, [cells('jira', 'installed', 'ok'), cells('a', 'failed', 'no answer')], {
    width: 80,
  });
  assert.deepEqual(lines, ['PACK  STATE      MESSAGE', 'jira  installed  ok', 'a     failed     no answer']);
});

test('on a narrow terminal the wrappable column wraps at blanks', () => {
  const lines = renderTable(columns, [cells('jira', 'failed', 'the remote did not answer')], { width: 30 });
  assert.deepEqual(lines, ['PACK  STATE   MESSAGE', 'jira  failed  the remote did', '              not answer']);
});

test('where not even that fits, a row becomes a block, and nothing is cut off', () => {
  const lines = renderTable(columns, [cells('jira', 'failed', 'no answer')], { width: 20 });
  assert.deepEqual(lines, ['jira', '  STATE    failed', '  MESSAGE  no answer']);
});

test('the first line of a block takes as many of the columns that belong there as fit', () => {
  const row = [cells('jira', 'failed', 'no answer')];
  const block = (width: number, titleColumns: number) => renderTable(columns, row, { width, titleColumns });
  assert.deepEqual(block(20, 2), ['jira failed', '  MESSAGE  no answer']);
  assert.deepEqual(block(20, 3), ['jira failed', '  MESSAGE  no answer']);
  assert.deepEqual(block(10, 2), ['jira', '  STATE    failed', '  MESSAGE  no answer']);
});

test('a column that is empty everywhere is left out', () => {
  assert.deepEqual(renderTable(columns, [cells('jira', 'installed', '')], { width: 80 }), [
    'PACK  STATE',
    'jira  installed',
  ]);
});

test('colours count for nothing in the width', () => {
  const red = (text: string) => `\u001b[31m${text}\u001b[39m`;
  const [, line] = renderTable(columns, [[{ text: 'jira', paint: red }, { text: 'ok' }, { text: '' }]], { width: 80 });
  assert.equal(line, '\u001b[31mjira\u001b[39m  ok');
});

test('wide characters take two columns, combining marks none', () => {
  assert.equal(displayWidth('日本'), 4);
  assert.equal(displayWidth('e\u0301'), 1);
  const lines = renderTable(columns, [cells('日本', 'ok', ''), cells('abcde', 'ok', '')], { width: 80 });
  assert.deepEqual(lines, ['PACK   STATE', '日本   ok', 'abcde  ok']);
});

test('escape sequences and marks that turn text around are shown, not obeyed', () => {
  const [, line] = renderTable(columns, [cells('\u001b[2Jx\u202ey', 'ok', '')], { width: 80 });
  assert.equal(line, '\\u001b[2Jx\\u202ey  ok');
});

for (const width of [1, 2, 10, 40, 80]) {
  test(`no line of wrapped text is wider than ${width} columns, and no character is lost`, () => {
    const text = '日本語の説明 plain words and-a-very-long-word-that-must-be-cut';
    const lines = wrapText(text, width);
    assert.equal(lines.join('').replaceAll(' ', ''), text.replaceAll(' ', ''));
    for (const line of lines) assert.ok(displayWidth(line) <= Math.max(width, 2), line);
  });
}

test('text behind a label hangs below its own beginning, or by a given depth', () => {
  assert.deepEqual(hangText('keeps  ', 'three ad-hoc rules and more', 24), [
    'keeps  three ad-hoc',
    '       rules and more',
  ]);
  assert.deepEqual(hangText('+ install jira ', '1.0.0: not installed', 28, 4), [
    '+ install jira 1.0.0: not',
    '    installed',
  ]);
});
