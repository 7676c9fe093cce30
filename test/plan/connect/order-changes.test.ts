import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { orderChanges } from '../../../src/plan/connect/order-changes.ts';

function needs(text: string): Map<string, Set<string>> {
  return new Map(
    text.split(' ').map((part) => {
      const [ref = '', ...all] = part.split('<');
      return [ref, new Set(all)];
    }),
  );
}

const cells: readonly [string, string, string, string][] = [
  ['ties go by ref', 'c a b', 'a b c', ''],
  ['what is needed comes first', 'a<b b<c c', 'c b a', ''],
  ['a diamond', 'a<b<c b<d c<d d', 'd b c a', ''],
  ['a cycle of two', 'a<b b<a c', 'c a b', 'a→b→a b→a→b'],
  ['a cycle of itself', 'a<a', 'a', 'a→a'],
  ['what needs a cycle is on none', 'a<b b<a c<a d', 'd a b c', 'a→b→a b→a→b'],
  ['what a cycle needs is on none', 'a<b<c b<a c', 'c a b', 'a→b→a b→a→b'],
  ['between two cycles', 'a<b b<a<m m<y y<z z<y', 'a b y z m', 'a→b→a b→a→b y→z→y z→y→z'],
];

for (const [name, given, order, cycles] of cells) {
  test(name, () => {
    const found = orderChanges(needs(given));
    assert.equal(found.refs.join(' '), order);
    assert.equal([...found.cycles.values()].map((path) => path.join('→')).join(' '), cycles);
  });
}

test('every ref is there once, after what it needs unless a cycle keeps it from that', () => {
  const refs = [...'abcdefgh'];
  const graph = fc
    .tuple(...refs.map(() => fc.subarray(refs, { maxLength: 2 })))
    .map((all) => new Map(refs.map((ref, index) => [ref, new Set(all[index])])));
  fc.assert(
    fc.property(graph, (all) => {
      const { refs: order, cycles } = orderChanges(all);
      assert.deepEqual([...order].sort(), refs);
      for (const [ref, its] of all) {
        if (cycles.has(ref)) continue;
        for (const need of its) assert.ok(order.indexOf(need) < order.indexOf(ref), `${need} before ${ref}`);
      }
      for (const [ref, path] of cycles) {
        assert.equal(path[0], ref);
        assert.equal(path.at(-1), ref);
        path.slice(1).forEach((need, index) => {
          assert.ok(all.get(path[index] ?? '')?.has(need));
        });
      }
    }),
  );
});
