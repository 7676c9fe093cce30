import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Actual } from '../../src/actual/actual.ts';
import type { Desired, WantedPack } from '../../src/desired/desired.ts';
import type { KindName } from '../../src/packs/kinds.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import {
  component,
  desire,
  idOf,
  nothingInstalled,
  repair,
  report,
  unrecorded,
  wanted,
  withoutRow,
  withPack,
  withRow,
} from './build.ts';
import { simulate } from './simulate.ts';

const packs = ['aa', 'bb', 'cc'];
const names = ['x', 'y'];
const ref = fc.tuple(fc.constantFrom(...packs), fc.constantFrom(...names)).map(([pack, name]) => `${pack}.${name}`);

/** Content of one pack: what it holds and what it names is drawn, so fleets hold orphans, degraded actions, cycles and blocks. */
function content(pack: string) {
  const one = fc.record({
    kind: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom<KindName>('runtime', 'trigger', 'action', 'rule') },
      { weight: 1, arbitrary: fc.constantFrom<KindName>('sensor', 'policy') },
    ),
    name: fc.constantFrom(...names),
    label: fc.constantFrom('one', 'two'),
    enabled: fc.boolean(),
    first: ref,
    second: ref,
  });
  return fc
    .record({
      version: fc.constantFrom('1.0.0', '1.1.0'),
      parts: fc.uniqueArray(one, { selector: ({ kind, name }) => `${kind} ${name}`, maxLength: 6 }),
      config: fc.dictionary(fc.constantFrom('url', 'password', 'size'), fc.constantFrom('a', 'b')),
      document: fc.dictionary(fc.constantFrom('url', 'password', 'size'), fc.constantFrom('a', 'b', 'c')),
      enabled: fc.dictionary(fc.constantFrom(`${pack}.x`, `${pack}.y`), fc.boolean()),
    })
    .map(({ version, parts, config, document, enabled }): WantedPack => {
      const components = parts.map(({ kind, name, label, enabled, first, second }) => {
        const full = `${pack}.${name}`;
        const naming: Readonly<Partial<Record<KindName, Readonly<Record<string, string>>>>> = {
          action: { runtime: first },
          sensor: { runtime: first, trigger: second },
          policy: { action: first },
          rule: { action: first, trigger: second },
        };
        const column = kind === 'runtime' || kind === 'policy' ? { name: label } : { label };
        return component(kind, full, { columns: column, enabled, names: naming[kind] ?? {} });
      });
      const digest = JSON.stringify([version, parts, config]);
      let sum = 7;
      for (const letter of digest) sum = (sum * 31 + letter.charCodeAt(0)) % 1_000_000_007;
      return wanted(pack, components, {
        version,
        digest: `${pack}${sum}`,
        config,
        document: { config: document, enabled },
      });
    });
}

const fleet = fc
  .tuple(...packs.map((pack) => fc.option(content(pack), { nil: undefined })))
  .map((all) => desire(all.flatMap((pack) => pack ?? [])));

/** What others did to Attune behind our back. */
type Meddling = (actual: Actual) => Actual;

const meddling: fc.Arbitrary<Meddling> = fc.oneof(
  fc.record({ ref, kind: fc.constantFrom<KindName>('action', 'rule', 'trigger') }).map(
    ({ ref, kind }): Meddling =>
      (actual) =>
        actual.components.get(kind)?.has(ref) ? withRow(actual, kind, ref, { columns: { label: 'meddled' } }) : actual,
  ),
  fc.record({ ref, kind: fc.constantFrom<KindName>('rule', 'trigger', 'sensor'), enabled: fc.boolean() }).map(
    ({ ref, kind, enabled }): Meddling =>
      (actual) =>
        actual.components.get(kind)?.has(ref) ? withRow(actual, kind, ref, { enabled }) : actual,
  ),
  ref.map(
    (ref): Meddling =>
      (actual) =>
        withoutRow(actual, 'rule', ref),
  ),
  fc.constantFrom(...packs).map(
    (pack): Meddling =>
      (actual) =>
        actual.packs.has(pack) ? unrecorded(actual, pack) : actual,
  ),
  fc.tuple(fc.constantFrom(...packs), fc.constantFrom('url', 'password', 'own'), fc.constantFrom('a', 'p')).map(
    ([pack, key, value]): Meddling =>
      (actual) =>
        actual.packs.has(pack)
          ? withPack(actual, pack, ({ config }) => ({ config: { ...config, [key]: value } }))
          : actual,
  ),
  ref.map(
    (ref): Meddling =>
      (actual) =>
        withRow(actual, 'rule', `${ref}adhoc`, {
          adhoc: true,
          refs: { action: null, action_ref: ref, trigger_ref: ref },
        }),
  ),
);

/** One time around: what is desired, which packs keep the content they had, and what others did afterwards. */
interface Step {
  readonly desired: Desired;
  readonly kept: readonly string[];
  readonly meddled: readonly Meddling[];
}

const step: fc.Arbitrary<Step> = fc.record({
  desired: fleet,
  kept: fc.subarray(packs),
  meddled: fc.array(meddling, { maxLength: 3 }),
});
const history = fc.array(step, { minLength: 1, maxLength: 5 });
const options = fc.constantFrom(repair, report);

function live(steps: readonly Step[]): { desired: Desired; actual: Actual } {
  let actual = nothingInstalled;
  let desired = desire([]);
  for (const [index, { desired: next, kept, meddled }] of steps.entries()) {
    const last = new Map(desired.packs.map((pack) => [pack.ref, pack]));
    desired = desire(
      next.packs.map((pack) => (kept.includes(pack.ref) ? { ...pack, ...pick(last.get(pack.ref)) } : pack)),
    );
    if (index === steps.length - 1) break;
    actual = simulate(buildPlan(desired, actual, repair), desired, actual);
    for (const meddle of meddled) actual = meddle(actual);
  }
  return { desired, actual };
}

function pick(pack: WantedPack | undefined): Partial<WantedPack> {
  return pack === undefined ? {} : { content: pack.content };
}

test('what is planned and applied leaves nothing more to apply', () => {
  fc.assert(
    fc.property(history, options, (steps, option) => {
      const { desired, actual } = live(steps);
      const planned = buildPlan(desired, actual, option);
      const after = simulate(planned, desired, actual);
      const next = buildPlan(desired, after, option);
      const skipped = new Set(planned.changes.filter(({ blocks }) => blocks.length > 0).map(({ ref }) => ref));
      for (const { ref, after } of planned.changes) if (after.some((one) => skipped.has(one))) skipped.add(ref);
      assert.deepEqual(
        next.changes.filter(({ ref, blocks }) => blocks.length === 0 && !skipped.has(ref)),
        [],
      );
      assert.deepEqual(
        next.overrides.filter(({ pack }) => !skipped.has(pack)),
        [],
      );
    }),
    { numRuns: 400 },
  );
});

test('the order in which things come in does not matter', () => {
  fc.assert(
    fc.property(history, (steps) => {
      const { desired, actual } = live(steps);
      const turned: Desired = {
        ...desired,
        packs: desired.packs.toReversed().map((pack) => ({
          ...pack,
          content: { ...pack.content, components: pack.content.components.toReversed() },
        })),
      };
      const back: Actual = {
        ...actual,
        packs: new Map([...actual.packs].reverse()),
        components: new Map([...actual.components].map(([kind, rows]) => [kind, new Map([...rows].reverse())])),
        overrides: actual.overrides.toReversed(),
      };
      assert.deepEqual(buildPlan(turned, back, repair), buildPlan(desired, actual, repair));
    }),
    { numRuns: 200 },
  );
});

test('a person loses nothing: ids, ad-hoc and unmanaged rows outlive every plan, or are set aside with their pack', () => {
  fc.assert(
    fc.property(history, fleet, (steps, desired) => {
      const { actual } = live(steps);
      const planned = buildPlan(desired, actual, repair);
      const after = simulate(planned, desired, actual);
      const deleted = new Set(
        planned.changes.flatMap(({ components }) =>
          components.filter(({ op }) => op === 'delete').map(({ kind, ref }) => `${kind} ${ref}`),
        ),
      );
      for (const [kind, rows] of actual.components) {
        for (const row of rows.values()) {
          if (!row.adhoc && deleted.has(`${kind} ${row.ref}`)) continue;
          const removal = planned.changes.find(({ action, ref }) => action === 'remove' && ref === row.packRef);
          if (removal !== undefined && !after.packs.has(removal.ref)) {
            const kept = removal.keeps.flatMap((note) => (note.code.startsWith('preserved-') ? note.rows : []));
            assert.ok(kept.includes(`${kind} ${row.ref}`), `${kind} ${row.ref} is set aside`);
            continue;
          }
          assert.equal(idOf(after, kind, row.ref), row.id);
          if (row.adhoc) assert.deepEqual(after.components.get(kind)?.get(row.ref)?.columns, row.columns);
        }
      }
    }),
    { numRuns: 200 },
  );
});
