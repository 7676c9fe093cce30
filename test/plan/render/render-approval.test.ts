import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderPlanText } from '../../../src/plan/render/render-plan-text.ts';
import { sampleChange, samplePlan } from '../sample-plan.ts';

const block = {
  code: 'removal-limit',
  sentence: '2 removals are more than 1 (sync.removalLimit.count); needs an approval',
};
const removal = (ref: string) =>
  sampleChange({
    action: 'remove',
    ref,
    reason: { code: 'not-desired', sentence: 'no longer desired' },
    from: { version: '1.0.0', digest: 'a'.repeat(64), commit: null },
    to: null,
    files: false,
    blocks: [{ ...block, rows: [] }],
  });
const approved = (pack: string) => ({ pack, action: 'remove', guards: ['removal-limit'], from: 'a', to: null });
const plan = samplePlan({
  changes: [removal('jira'), removal('core')],
  guarded: {
    id: '0123456789ab',
    why: ['2 removals are more than 1 (sync.removalLimit.count)'],
    changes: [approved('core'), approved('jira')],
  },
});

test('the command that approves is named once, whole on a line just before the summary', () => {
  for (const width of [30, 60, 120]) {
    const lines = renderPlanText(plan, { color: false, width }).trimEnd().split('\n');
    const found = lines.flatMap((line, index) => (line.includes('0123456789ab') ? [index] : []));
    assert.deepEqual(found, [lines.length - 3]);
    assert.match(lines.at(-3) ?? '', /attune-sync approve 0123456789ab$/);
  }
});

test('one sentence says how many wait and why', () => {
  const text = renderPlanText(plan, { color: false, width: 120 });
  assert.match(text, /\n2 changes wait for an approval: 2 removals are more than 1 \(sync\.removalLimit\.count\)\.\n/);
});

test('where nothing waits there is no such line', () => {
  const text = renderPlanText(samplePlan({ changes: [{ ...removal('jira'), blocks: [] }] }), {
    color: false,
    width: 120,
  });
  assert.doesNotMatch(text, /approv/);
});

test('a plan of some packs only says where the command is shown', () => {
  const text = renderPlanText(samplePlan({ changes: [removal('jira')] }), { color: false, width: 120 });
  assert.doesNotMatch(text, /attune-sync approve/);
  assert.match(text, /approved together: `attune-sync plan` of all packs shows how\.\n\nPlan: /);
});
