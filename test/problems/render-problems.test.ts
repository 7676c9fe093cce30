import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problem } from '../../src/errors.ts';
import { stripColours } from '../../src/pack-tests/strip-colours.ts';
import { renderProblems } from '../../src/problems/render-problems.ts';
import { readYaml } from '../../src/yaml/read-yaml.ts';

test('problems are shown by file and line, with the source line, a caret, a hint, and the totals last', () => {
  const problems = [
    problem('warning', 'w', 'Later.', { where: { file: '/ops/desired/b.yaml', line: 12, column: 1 } }),
    problem('error', 'e', 'First.', {
      where: { file: '/ops/desired/a.yaml', line: 7, column: 11 },
      excerpt: '    commit: 0e12',
      hint: 'Quote it.',
    }),
    problem('error', 'n', 'Nowhere.'),
  ];
  assert.equal(
    renderProblems(problems, { color: false, base: '/ops' }),
    `error  Nowhere [n]

desired/a.yaml:7:11 error  First [e]
 7 |     commit: 0e12
   |           ^
  hint  Quote it.

desired/b.yaml:12:1 warning  Later [w]

2 errors, 1 warning
`,
  );
});

test('problems of one line each are a list', () => {
  const problems = ['First.', 'Second.'].map((message) => problem('error', 'e', message));
  assert.equal(renderProblems(problems, { color: false }), 'error  First [e]\nerror  Second [e]\n\n2 errors\n');
});

test('a file that a sentence names is shown like the place before it, what a URL names is not', () => {
  const message =
    'It is also at /home/ops/desired/a.yaml:2:6 and /home/more/b.yaml; see file:///home/ops/x and /etc/x.';
  const rendered = renderProblems([problem('error', 'e', message, { where: { file: '/home/more/c.yaml' } })], {
    color: false,
    base: '/home/ops',
  });
  assert.match(rendered, /^\.\.\/more\/c\.yaml error {2}It is also at desired\/a\.yaml:2:6 and \.\.\/more\/b\.yaml; /);
  assert.match(rendered, /; see file:\/\/\/home\/ops\/x and \/etc\/x \[e\]/);
});

test('nothing wrong is the empty text', () => assert.equal(renderProblems([], { color: false }), ''));

test('the caret stands under its column behind wide characters, tabs and cut lines', () => {
  const long = `a: [${'x, '.repeat(200)}*no]`;
  for (const text of ['日本: {a: *no}', 'a: {b:\t*no}', long, `a: [*no, ${'x, '.repeat(200)}]`]) {
    const [, line = '', caret = ''] = renderProblems(readYaml(text, 'f').problems, { color: false }).split('\n');
    const before = line.slice(0, line.indexOf('*no'));
    const width = [...before].reduce((sum, character) => sum + (/\p{Script=Han}/u.test(character) ? 2 : 1), 0);
    assert.equal(caret.indexOf('^'), width, line);
  }
});

test('escape sequences of a file do not reach the terminal', () => {
  const rendered = renderProblems(readYaml('a: \u001b[31m*no\nb: *no\u001b\n', 'f\u001b').problems, { color: false });
  assert.ok(!rendered.includes('\u001b'));
});

test('a hint can have lines of its own, which stand below each other and hide nothing', () => {
  const found = problem('error', 'environment-failed', 'It failed', { hint: 'one\n\u001b[31mtwo' });
  assert.match(renderProblems([found], { color: false }), /^ {2}hint {2}one\n {8}\\u001b\[31mtwo$/m);
});

const output = [
  '| ERROR: No matching distribution found for requests==99.0.0 among all that the index offers',
  '| end',
];
const long = problem('error', 'environment-failed', `pyreq: ${'word '.repeat(20).trim()}`, {
  where: { file: 'a.yaml', line: 7, column: 4 },
  excerpt: `key: ${'x '.repeat(60)}`,
  hint: [...output, `Say ${'again '.repeat(12).trim()}`].join('\n'),
});

test('on a terminal sentences and hints are wrapped with a hanging indent, output is cut, an excerpt stays', () => {
  const columns = 50;
  for (const color of [false, true]) {
    const lines = stripColours(renderProblems([long], { color, columns })).split('\n');
    assert.equal(lines[0], 'a.yaml:7:4 error  pyreq: word word word word word');
    assert.equal(lines[1], '    word word word word word word word word word');
    assert.equal(lines[2], '    word word word word word word');
    assert.equal(lines[3], '    [environment-failed]');
    assert.ok(lines[4]?.includes('x x x') && lines[4].length > 120);
    assert.match(lines[6] ?? '', /^ {2}hint {2}\| ERROR: No matching .*…$/);
    assert.equal(lines[6]?.length, columns);
    assert.equal(lines[7], '        | end');
    assert.equal(lines[8], '        Say again again again again again again');
    assert.equal(lines[9], '        again again again again again again');
    assert.equal(lines[11], '1 error');
  }
});

test('where there is no terminal nothing is wrapped or cut', () => {
  for (const columns of [undefined, Number.POSITIVE_INFINITY]) {
    const rendered = renderProblems([long], { color: false, ...(columns === undefined ? {} : { columns }) });
    assert.match(rendered, /^a\.yaml:7:4 error {2}pyreq: (word ){20}\[environment-failed\]$/m);
    assert.match(rendered, /^ {8}Say( again){12}$/m);
    assert.ok(rendered.includes(output[0] ?? '-'));
  }
});

test('a place that is wider than the terminal stays whole, and the sentence begins below it', () => {
  const file = `${'deep/'.repeat(12)}a.yaml`;
  const found = problem('error', 'e', 'Short, and yet it does not fit.', { where: { file, line: 1, column: 1 } });
  assert.equal(
    renderProblems([found], { color: false, columns: 40 }),
    `${file}:1:1 error\n    Short, and yet it does not fit [e]\n\n1 error\n`,
  );
});
