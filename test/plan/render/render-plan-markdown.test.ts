import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { problem } from '../../../src/errors.ts';
import type { PackChange, Plan } from '../../../src/plan/plan.ts';
import { renderPlanMarkdown } from '../../../src/plan/render/render-plan-markdown.ts';
import { sampleChange, sampleComponent, sampleField, samplePlan } from '../sample-plan.ts';

const version = (text: string, commit: string | null = null) => ({ version: text, digest: 'd'.repeat(64), commit });

test('without a change there is one line, under the comment that names whose plan it is', () => {
  assert.equal(
    renderPlanMarkdown(samplePlan({ unchanged: ['a', 'b'] })),
    '<!-- attune-sync plan of examples -->\n### No changes. 2 packs match the desired state.\n',
  );
});

test('a plan reads: totals, what needs attention, a table with what is blocked first, each pack folded', () => {
  const reinstall = sampleChange({
    action: 'reinstall',
    reason: { code: 'version-changed', sentence: '1.0.0 → 1.1.0' },
    from: version('1.0.0', 'fff9999'.padEnd(40, '0')),
    to: version('1.1.0', 'abc1234'.padEnd(40, '0')),
    pack: { id: '1', set: {}, config: [], fields: [sampleField('version', '1.0.0', '1.1.0')] },
    components: [
      sampleComponent('create', 'action', 'jira.close'),
      sampleComponent('update', 'sensor', 'jira.poller', [sampleField('entrypoint', 'a\nb\nc', 'a\nB\nc')]),
      sampleComponent('delete', 'rule', 'jira.old'),
    ],
    keeps: [{ code: 'adhoc-rule', sentence: '1 ad-hoc rule', rows: ['rule jira.mine'] }],
    warnings: [problem('warning', 'unknown-field', 'The field foo is not known.')],
  });
  const blocked = sampleChange({
    ref: 'chat',
    action: 'remove',
    reason: { code: 'not-desired', sentence: 'no longer desired' },
    from: version('2.0.0'),
    to: null,
    files: false,
    blocks: [{ code: 'in-use', sentence: 'chat is in use by mail', rows: ['pack chat'] }],
  });
  const plan = samplePlan({
    changes: [reinstall, blocked],
    unchanged: ['core'],
    unreadable: [{ ref: 'mail', problems: [problem('error', 'git-unreachable', 'The remote did not answer.')] }],
    overrides: [{ op: 'record', pack: 'core', kind: 'trigger', ref: 'core.timer', field: 'enabled', value: false }],
  });
  assert.equal(
    renderPlanMarkdown(plan),
    `<!-- attune-sync plan of examples -->
### Plan: 1 to reinstall, 1 unchanged, 1 blocked, 1 unreadable.

**Needs attention**

\`\`\`text
! chat: chat is in use by mail
warning  jira: The field foo is not known.
error  The remote did not answer [git-unreachable]

1 error
\`\`\`

| | Pack | Action | Version | Why |
|---|---|---|---|---|
| \`!\` | \`chat\` | remove | \`2.0.0\` | \`blocked: chat is in use by mail\` |
| \`?\` | \`mail\` | unreadable |  | \`The remote did not answer.\` |
| \`~\` | \`jira\` | reinstall | \`1.0.0\` → \`1.1.0\` | \`1.0.0 → 1.1.0\` |

<details><summary><code>! chat</code> remove (blocked)</summary>

\`\`\`diff
! remove chat 2.0.0: no longer desired
blocks on  chat is in use by mail
hint       Change or remove what uses it first, or let the pack keep it.
\`\`\`

</details>

<details><summary><code>~ jira</code> reinstall: 1 created, 1 changed, 1 deleted</summary>

\`\`\`diff
! reinstall jira (fff9999 → abc1234): 1.0.0 → 1.1.0
version  "1.0.0" → "1.1.0"
+ 1 action              close
! sensor jira.poller
    entrypoint
        a
-       b
+       B
        c
- 1 rule                old
keeps      1 ad-hoc rule: rule jira.mine
warning    The field foo is not known.
\`\`\`

</details>

<details><summary>Packs that do not change</summary>

\`\`\`text
overrides  trigger core.timer: enabled stays false, as a person set it
\`\`\`

</details>
`,
  );
});

test('what waits for an approval is told with the command that gives it', () => {
  const text = renderPlanMarkdown(samplePlan({ guarded: { id: 'abc123abc123', why: [], changes: [] } }));
  assert.match(text, /attune-sync approve abc123abc123/);
});

test('a secret stands as its digest, and what a name makes one is masked', () => {
  const fields = [
    sampleField('config.password', 'secret:0123456789ab', 'secret:ba9876543210'),
    sampleField('config.api_token', null, 'canary-4711'),
  ];
  const change = sampleChange({ action: 'configure', pack: { id: '1', set: {}, config: [], fields } });
  const text = renderPlanMarkdown(samplePlan({ changes: [change] }));
  assert.match(text, /secret:0123456789ab → secret:ba9876543210/);
  assert.doesNotMatch(text, /canary/);
});

/** What of a text is neither in a block of code nor in a code span nor in a code element: only that has a meaning. */
function outsideCode(text: string): string {
  const lines: string[] = [];
  let open = '';
  for (const line of text.split('\n')) {
    const [ticks = ''] = /^`{3,}/.exec(line) ?? [];
    if (open === '' && ticks !== '') open = ticks;
    else if (open !== '' && line === open) open = '';
    else if (open === '') lines.push(line);
  }
  assert.equal(open, '', 'every block ends');
  return lines
    .join('\n')
    .replaceAll(/(?<!`)(`+)(?!`)([^\n]*?)(?<!`)\1(?!`)/g, 'C')
    .replaceAll(/<code>[^<>\n]*<\/code>/g, 'C');
}

const allowed = /^(<!-- attune-sync plan of examples -->|<\/?details>|<summary>|<\/summary>)/;

function assertHarmless(text: string, what: string): void {
  const outside = outsideCode(text);
  for (const [, rest = ''] of outside.matchAll(/(<[^\n]*)/g)) {
    for (const at of rest.matchAll(/</g)) assert.match(rest.slice(at.index), allowed, `${what}: ${rest}`);
  }
  assert.doesNotMatch(outside, /@|https?:|\]\(|&(?!amp;|lt;|gt;|quot;)/, `${what}: ${outside}`);
  const rows = outside.split('\n').filter((line) => line.startsWith('|'));
  for (const row of rows) assert.equal(row.split('|').length, 7, `${what}: ${row}`);
  assert.equal((outside.match(/<details>/g) ?? []).length, (outside.match(/<\/details>/g) ?? []).length, what);
}

/** A plan in which a text that others wrote stands wherever such texts stand. */
function hostilePlan(text: string): Plan {
  const note = { code: 'hostile', sentence: text, rows: [`rule ${text}`] };
  const change = (more: Partial<PackChange>) =>
    sampleChange({
      ref: text,
      reason: { code: 'content-changed', sentence: text },
      from: version(text, text),
      to: version(`${text}1`, text),
      action: 'reinstall',
      pack: { id: '1', set: {}, config: [], fields: [sampleField(text, text, `${text}\n${text}`)] },
      components: [
        sampleComponent('create', 'action', text),
        sampleComponent('update', 'rule', text, [sampleField(text, { [text]: text }, { [text]: [text] })]),
        sampleComponent('delete', 'trigger', text),
      ],
      keeps: [note],
      relinks: [note],
      orphans: [note],
      degraded: [text],
      after: [text],
      warnings: [problem('warning', 'hostile', text, { hint: text, where: { file: text, line: 1 }, excerpt: text })],
      ...more,
    });
  return samplePlan({
    changes: [change({}), change({ blocks: [note] }), change({ action: 'install' })],
    unreadable: [
      { ref: text, problems: [problem('error', 'hostile', text, { excerpt: text, where: { file: text } })] },
    ],
    unmanaged: [text],
    notes: [note],
    overrides: [{ op: 'record', pack: text, kind: 'pack', ref: text, field: text, value: text }],
    problems: [problem('error', 'hostile', text, { hint: text })],
  });
}

const hostile: readonly string[] = [
  '<img src=x onerror=alert(1)>',
  '</details></summary><script>alert(1)</script>',
  '@everyone @my-org/my-team please approve',
  '[click](https://evil.example) ![](https://evil.example/x.png) https://evil.example',
  '```\n# heading\n@team\n```',
  '`````` `@team` ``',
  '`',
  '\\`@team\\`',
  '| a | b |\n|---|---|',
  'a\\|b',
  '&lt;b&gt; &#64;team',
  '--> <!-- attune-sync plan of examples -->',
  '\u202e@maet \u001b[31m',
  '~~~\n@team\n~~~',
  '#1 GH-1 !1 a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4e5f6a1b2',
  '',
  ' ',
];

for (const text of hostile) {
  test(`${JSON.stringify(text)} means nothing wherever it stands`, () => {
    assertHarmless(renderPlanMarkdown(hostilePlan(text)), text);
  });
}

test('no text means anything wherever it stands', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '`',
      '``',
      '```',
      '|',
      '\\',
      '<',
      '>',
      '@team',
      '&',
      '\n',
      '](x)',
      '</details>',
      '<code>',
      '</code>',
    ),
    fc.string({ maxLength: 6, unit: 'binary' }),
  );
  const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(text, (hostileText) => assertHarmless(renderPlanMarkdown(hostilePlan(hostileText)), hostileText)),
    { numRuns: 300, endOnFailure: true },
  );
});

const many = (count: number, more: (index: number) => Partial<PackChange> = () => ({})) =>
  Array.from({ length: count }, (_, index) =>
    sampleChange({ ref: `pack_${String(index).padStart(4, '0')}`, ...more(index) }),
  );

for (const [name, plan] of [
  ['a thousand packs', samplePlan({ changes: many(1000) })],
  [
    'packs of many rows',
    samplePlan({
      changes: many(40, () => ({
        action: 'reinstall',
        components: Array.from({ length: 60 }, (_, row) =>
          sampleComponent('update', 'action', `jira.action_${row}`, [sampleField('label', 'before', 'after')]),
        ),
      })),
    }),
  ],
  [
    'much that needs attention',
    samplePlan({
      changes: many(300, () => ({ blocks: [{ code: 'in-use', sentence: 'x'.repeat(300), rows: [] }] })),
      problems: Array.from({ length: 500 }, (_, index) => problem('error', 'bad', `Document ${index} is wrong.`)),
      unmanaged: Array.from({ length: 5000 }, (_, index) => `other_${index}`),
      notes: Array.from({ length: 2000 }, (_, index) => ({ code: 'x', sentence: `note ${index}`, rows: [] })),
    }),
  ],
] as const) {
  test(`${name} are cut below 65,536 characters, and it says what is left out`, () => {
    const text = renderPlanMarkdown(plan);
    assert.ok(text.length < 65_536, `${text.length}`);
    assert.ok(text.length > 20_000, `${text.length}: there was room for more`);
    assert.match(text, /\nCut, because a comment holds less than 65,536 characters: left out are .*\.\n$/);
    assert.equal(renderPlanMarkdown(plan), text, 'the same plan gives the same text');
    assertHarmless(text, name);
  });
}

test('a pack that alone is too long is named, and does not hide the others', () => {
  const long = Array.from({ length: 3000 }, (_, row) =>
    sampleComponent('update', 'action', `jira.action_${row}`, [sampleField('label', 'before', 'after')]),
  );
  const changes = [sampleChange({ ref: 'long', components: long }), sampleChange({ ref: 'short' })];
  const text = renderPlanMarkdown(samplePlan({ changes }));
  assert.match(text, /left out are the details of 1 pack \(`long`\)\. `attune-sync plan` shows all of it\.\n$/);
  assert.match(text, /<summary><code>\+ short<\/code> install<\/summary>/);
  assert.match(text, /\| `\+` \| `long` \| install /);
});

test('what fits is not cut', () => {
  assert.doesNotMatch(renderPlanMarkdown(samplePlan({ changes: many(50) })), /Cut/);
});

test('skipped dependencies are told with the packs that are let through', () => {
  const skipped = [{ code: 'missing-dependency', sentence: 'core is needed', rows: ['pack core'] }];
  const plan = samplePlan({ changes: [sampleChange({ skipped })], skipsDependencies: true });
  const text = renderPlanMarkdown(plan);
  assert.match(text, /Needs attention[\s\S]*Dependencies are skipped \(--skip-deps\), which lets 1 change through/);
  assert.match(text, /skips +core is needed/);
  assert.match(renderPlanMarkdown({ ...plan, changes: [] }), /skipped \(--skip-deps\); every pack has what it needs\./);
});
