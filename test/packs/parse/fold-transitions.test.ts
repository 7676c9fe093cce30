import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../src/json.ts';
import { foldTransitions, targetsOf } from '../../../src/packs/parse/fold-transitions.ts';

const examples: readonly { what: string; task: JsonObject; next: JsonObject['next'] | undefined }[] = [
  { what: 'a task without transitions', task: {}, next: undefined },
  {
    what: 'each older transition',
    task: { on_success: 'a', on_failure: 'b', on_complete: 'c', on_timeout: 'd' },
    next: [
      { when: '{{ succeeded() }}', do: ['a'] },
      { when: '{{ failed() }}', do: ['b'] },
      { do: ['c'] },
      { when: '{{ timed_out() }}', do: ['d'] },
    ],
  },
  {
    what: 'a decision',
    task: {
      decision: [
        { when: '{{ x }}', next: 'a' },
        { next: 'b', default: true },
      ],
    },
    next: [{ when: '{{ x }}', do: ['a'] }, { do: ['b'] }],
  },
  {
    what: 'variables published on success',
    task: { publish: [{ v: 1 }], on_failure: 'b', on_success: 'a' },
    next: [
      { when: '{{ succeeded() }}', publish: [{ v: 1 }], do: ['a'] },
      { when: '{{ failed() }}', do: ['b'] },
    ],
  },
  {
    what: 'variables published with another transition only',
    task: { publish: [{ v: 1 }], on_complete: 'a' },
    next: [{ publish: [{ v: 1 }], do: ['a'] }],
  },
  { what: 'variables alone', task: { publish: ['v'] }, next: [{ when: '{{ succeeded() }}', publish: ['v'] }] },
  {
    what: '`next` beside older transitions, which then do not count',
    task: { next: [{ do: ['a'] }], on_success: 'b', publish: ['v'] },
    next: [{ do: ['a'] }],
  },
];

for (const { what, task, next } of examples) {
  test(`${what} becomes what Attune stores`, () => {
    assert.deepEqual(
      foldTransitions({ name: 'one', ...task }),
      next === undefined ? { name: 'one' } : { name: 'one', next },
    );
  });
}

test('sub-tasks are folded too, and everything else stays', () => {
  const task = { name: 'all', type: 'parallel', __chart_meta__: { x: 1 }, tasks: [{ name: 'sub', on_success: 'z' }] };
  assert.deepEqual(foldTransitions(task), {
    name: 'all',
    type: 'parallel',
    __chart_meta__: { x: 1 },
    tasks: [{ name: 'sub', next: [{ when: '{{ succeeded() }}', do: ['z'] }] }],
  });
});

test('the targets of a task are the names in its transitions', () => {
  assert.deepEqual(targetsOf({ next: [{ do: ['a', 'b'] }, { do: 'c' }, { publish: [] }] }), ['a', 'b', 'c']);
});
