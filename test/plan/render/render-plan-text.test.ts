import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { problem } from '../../../src/errors.ts';
import type { Action, PackChange, Plan } from '../../../src/plan/plan.ts';
import { renderPlanText } from '../../../src/plan/render/render-plan-text.ts';
import { displayWidth } from '../../../src/text/display-width.ts';
import { sampleChange, sampleComponent, sampleField, samplePlan } from '../sample-plan.ts';

const render = (plan: Plan, width = 100) => renderPlanText(plan, { color: false, width });
const lastLine = (text: string) => text.trimEnd().split('\n').at(-1);
const version = (text: string, commit: string | null = null) => ({ version: text, digest: 'd'.repeat(64), commit });

test('without a change there is one line', () => {
  const unchanged = ['a', 'b'];
  assert.equal(render(samplePlan({ unchanged })), 'No changes. 2 packs match the desired state.\n');
  assert.equal(render(samplePlan()), 'No changes. No pack is desired or installed by this manager.\n');
});

test('a first install reads: the table, the pack with its components by kind, the summary', () => {
  const names = Array.from({ length: 12 }, (_, index) => `jira.action_${index}`);
  const change = sampleChange({
    to: version('1.0.0', 'abc1234'.padEnd(40, '0')),
    pack: { id: null, set: {}, config: [], fields: [sampleField('config.base_url', null, 'https://jira.example.com')] },
    components: [
      sampleComponent('create', 'trigger', 'jira.issue_created'),
      ...names.map((ref) => sampleComponent('create', 'action', ref)),
    ],
  });
  assert.equal(
    render(samplePlan({ changes: [change] })),
    `   PACK  ACTION   FROM  TO     REASON
+  jira  install  -     1.0.0  not installed

+ install jira 1.0.0 (abc1234): not installed
    + config.base_url: "https://jira.example.com"
    + 1 trigger             issue_created
    + 12 actions            action_0, action_1, action_2, action_3, action_4, action_5, action_6,
                            action_7, action_8, action_9, and 2 more

Plan: 1 to install.
`,
  );
});

test('a reinstall shows every field before and after, then what it keeps, relinks, orphans and warns of', () => {
  const change = sampleChange({
    action: 'reinstall',
    reason: { code: 'version-changed', sentence: '1.0.0 → 1.1.0' },
    from: version('1.0.0', 'fff9999'.padEnd(40, '0')),
    to: version('1.1.0', 'abc1234'.padEnd(40, '0')),
    pack: { id: '1', set: {}, config: [], fields: [sampleField('version', '1.0.0', '1.1.0')] },
    components: [
      sampleComponent('create', 'action', 'jira.close'),
      sampleComponent('update', 'sensor', 'jira.poller', [
        { field: 'enabled', before: true, after: false, why: 'drifted' },
        { field: 'runtime', before: null, after: 'core.python', why: 'resolved' },
      ]),
      sampleComponent('delete', 'rule', 'jira.old'),
    ],
    after: ['core'],
    keeps: [{ code: 'adhoc-rule', sentence: '2 ad-hoc rules', rows: ['rule jira.a', 'permission_set jira.b'] }],
    relinks: [{ code: 'relinked-rule', sentence: 'linked to the action jira.close', rows: ['rule chat.x'] }],
    orphans: [{ code: 'orphaned-rule', sentence: 'lose the trigger jira.gone', rows: ['rule chat.y'] }],
    degraded: ['jira.native'],
    warnings: [
      problem('warning', 'unknown-field', 'The field foo is not known.', { where: { file: 'pack.yaml', line: 3 } }),
    ],
  });
  assert.equal(
    render(samplePlan({ changes: [change], unchanged: ['core'] })),
    `   PACK  ACTION     FROM   TO     REASON
~  jira  reinstall  1.0.0  1.1.0  1.0.0 → 1.1.0

~ reinstall jira (fff9999 → abc1234): 1.0.0 → 1.1.0
    version  "1.0.0" → "1.1.0"
    + 1 action              close
    ~ sensor jira.poller
        enabled  true → false (drifted)
        runtime  (none) → "core.python" (found now)
    - 1 rule                old
    after      core
    keeps      2 ad-hoc rules: rule jira.a, permission set jira.b
    relinks    linked to the action jira.close: rule chat.x
    orphans    lose the trigger jira.gone: rule chat.y
    degraded   cannot run, its runtime or entry file is missing: jira.native
    warning    The field foo is not known. (pack.yaml:3)

Plan: 1 to reinstall, 1 unchanged.
`,
  );
});

test('a rollback that ends with a change is told in one line', () => {
  const hold = { op: 'end', heldBack: version('2.0.0', 'abc1234'.padEnd(40, '0')) } as const;
  const text = render(samplePlan({ changes: [sampleChange({ hold })] }));
  assert.match(text, /\n {4}rollback {3}ends: 2\.0\.0 \(abc1234\) is no longer held back\n/);
  const begun = { ...hold.heldBack, digest: 'd', op: 'begin', toDigest: 'e', why: null } as const;
  assert.doesNotMatch(render(samplePlan({ changes: [sampleChange({ hold: begun })] })), /rollback/);
});

test('what a blocked change would do is not told as if it were done', () => {
  const components = [sampleComponent('delete', 'rule', 'jira.old')];
  const blocks = [{ code: 'in-use', sentence: 'sensor x.y uses it', rows: [] }];
  const text = (given: Partial<PackChange>) => render(samplePlan({ changes: [sampleChange(given)] }));
  assert.match(text({ components, blocks }), /^! .*\n {4}None of this is done while it is blocked:\n {4}- 1 rule /m);
  assert.doesNotMatch(text({ blocks }) + text({ components }), /None of this/);
});

test('a reinstall that changes no row says that only files do', () => {
  const reason = { code: 'content-changed', sentence: 'content changed' } as const;
  const text = (given: Partial<PackChange>) =>
    render(samplePlan({ changes: [sampleChange({ action: 'reinstall', reason, ...given })] }));
  assert.match(text({}), /^ {4}files {6}changed; the rows stay as they are$/m);
  assert.doesNotMatch(text({ components: [sampleComponent('delete', 'rule', 'jira.old')] }), /rows stay/);
  assert.doesNotMatch(text({ blocks: [{ code: 'x', sentence: 'blocked', rows: [] }] }), /rows stay/);
});

const signs: Record<Action, string> = {
  install: '+',
  reinstall: '~',
  configure: '~',
  repair: '~',
  adopt: '=',
  remove: '-',
  forget: '=',
};
for (const [action, sign] of Object.entries(signs) as [Action, string][]) {
  test(`${action} has the sign ${sign}, and ! where it is blocked`, () => {
    const change = sampleChange({ action });
    const blocks = [{ code: 'in-use', sentence: 'sensor x.y uses it', rows: ['sensor x.y'] }];
    assert.ok(render(samplePlan({ changes: [change] })).includes(`\n${sign}  jira  ${action}`));
    const blocked = render(samplePlan({ changes: [{ ...change, blocks }] }));
    assert.ok(blocked.includes(`\n!  jira  ${action}`));
    assert.ok(blocked.includes('blocked: sensor x.y uses it'));
    assert.ok(blocked.includes('blocks on  sensor x.y uses it'));
    assert.equal(lastLine(blocked), 'Plan: nothing to change, 1 blocked.');
  });
}

test('a pack that cannot be read and an invalid document are shown with their problems, the summary still last', () => {
  const message = 'The remote did not answer; git says: fatal: early EOF / fatal: unpack failed.';
  const unreadable = [{ ref: 'vault', problems: [problem('error', 'no-answer', message)] }];
  const problems = [
    problem('error', 'invalid', 'The ref is missing.', { where: { file: 'a.yaml', line: 2, column: 1 } }),
  ];
  const text = render(samplePlan({ unreadable, problems, unchanged: ['core'] }));
  assert.match(text, /^\?\s+vault\s+unreadable\s+The remote did not answer$/m);
  assert.match(text, /a\.yaml:2:1 error {2}The ref is missing\.? \[invalid\]/);
  assert.equal(lastLine(text), 'Plan: nothing to change, 1 unchanged, 1 unreadable, 1 error.');
});

test('the summary names the actions in one order, whatever order the changes have', () => {
  const changes = (['remove', 'install', 'adopt', 'reinstall', 'install'] as const).map((action, index) =>
    sampleChange({ action, ref: `p${index}` }),
  );
  const text = render(samplePlan({ changes, unchanged: ['x'] }));
  assert.equal(lastLine(text), 'Plan: 2 to install, 1 to reinstall, 1 to adopt, 1 to remove, 1 unchanged.');
});

test('what concerns packs that do not change is told: overrides, orphans, unmanaged packs', () => {
  const text = render(
    samplePlan({
      unchanged: ['core'],
      unmanaged: ['old', 'other'],
      notes: [{ code: 'orphaned-rule', sentence: 'rule core.x names the action gone.y', rows: ['rule core.x'] }],
      overrides: [{ op: 'record', pack: 'core', kind: 'sensor', ref: 'core.timer', field: 'enabled', value: false }],
    }),
  );
  assert.match(text, /^overrides {2}sensor core\.timer: enabled stays false, as a person set it$/m);
  assert.match(text, /^note {7}rule core\.x names the action gone\.y$/m);
  assert.match(text, /^unmanaged {2}left as they are: old, other$/m);
});

const busy = samplePlan({
  changes: [
    sampleChange({
      components: Array.from({ length: 30 }, (_, i) => sampleComponent('create', 'action', `jira.a${i}`)),
    }),
    sampleChange({
      ref: '日本語',
      action: 'configure',
      reason: { code: 'config-changed', sentence: '設定が変わりました'.repeat(5) },
      pack: { id: '1', set: {}, config: [], fields: [sampleField('config.text', '語'.repeat(60), 'x'.repeat(60))] },
    }),
  ],
});

for (const width of [40, 60, 80, 120]) {
  test(`at ${width} columns no line is wider than the terminal, wide characters included`, () => {
    for (const line of render(busy, width).split('\n')) assert.ok(displayWidth(line) <= width, line);
  });
}

test('colour changes nothing but colour, and without it there is no escape sequence', () => {
  const plain = render(busy);
  assert.equal(stripVTControlCharacters(renderPlanText(busy, { color: true, width: 100 })), plain);
  assert.ok(!plain.includes('\u001b'));
  assert.ok(renderPlanText(busy, { color: true, width: 100 }).includes('\u001b[32m'));
});

test('what others wrote cannot move the cursor or forge a line', () => {
  const evil = 'x\u001b[2J\nPlan: 0 to install.\u202e';
  const change = sampleChange({
    ref: evil,
    reason: { code: 'not-installed', sentence: evil },
    components: [sampleComponent('create', 'action', evil)],
    keeps: [{ code: 'x', sentence: evil, rows: [evil] }],
    warnings: [problem('warning', 'x', evil)],
    degraded: [evil],
    pack: { id: null, set: {}, config: [], fields: [sampleField(`config.${evil}`, null, evil)] },
  });
  const text = render(samplePlan({ changes: [change], unmanaged: [evil] }));
  assert.ok(!text.includes('\u001b') && !text.includes('\u202e'));
  assert.ok(!/^Plan: 0/m.test(text));
});

test('the same plan gives the same text', () => {
  assert.equal(render(busy), render(structuredClone(busy)));
});

test('every deleted component is named, however many there are', () => {
  const components = Array.from({ length: 30 }, (_, i) => sampleComponent('delete', 'rule', `jira.r${i}`));
  const text = render(samplePlan({ changes: [sampleChange({ action: 'reinstall', components })] }));
  for (const { ref } of components) assert.match(text, new RegExp(`\\b${ref.slice(5)}\\b`));
});

test('skipped dependencies are told at the change and before the summary', () => {
  const skipped = [{ code: 'missing-dependency', sentence: 'core is needed', rows: ['pack core'] }];
  const text = renderPlanText(samplePlan({ changes: [sampleChange({ skipped })], skipsDependencies: true }), {
    color: false,
    width: 80,
  });
  assert.match(text, /\n {4}skips +core is needed\n/);
  assert.match(text, /\n\nDependencies are skipped \(--skip-deps\), which lets 1 change through\.\n\nPlan:/);
});
