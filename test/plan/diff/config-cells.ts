import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actual } from '../../../src/actual/actual.ts';
import type { WantedPack } from '../../../src/desired/desired.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import type { Concealed } from '../../../src/secret.ts';
import { applied, desire, plan, repair, report, wanted, withPack } from '../build.ts';
import { simulate } from '../simulate.ts';

export type Config = Readonly<Record<string, Concealed>>;

export function jira(content: Readonly<Record<string, string>>, document: Config = {}, version = '1.0.0'): WantedPack {
  return wanted('jira', [], { config: content, document: { config: document }, version });
}

/** A person set keys of the pack's config, or removed some. */
export function set(actual: Actual, config: Config, ...removed: string[]): Actual {
  return withPack(actual, 'jira', (pack) => ({
    config: Object.fromEntries(
      [...Object.entries(pack.config), ...Object.entries(config)].filter(([key]) => !removed.includes(key)),
    ),
  }));
}

/** Attune deleted the pack and made it anew: another id, and nothing in its config. */
export function reset(actual: Actual): Actual {
  return withPack(actual, 'jira', () => ({ id: '987', config: {} }));
}

/** Somebody deleted the pack's row; the inventory has it. */
export function lost(actual: Actual): Actual {
  const recorded = actual.packs.get('jira')?.recorded;
  return { ...actual, packs: new Map(), recorded: recorded == null ? [] : [recorded] };
}

/** Recorded by a version of this tool that kept digests only. */
export function withoutPlain(actual: Actual): Actual {
  return {
    ...actual,
    overrides: actual.overrides.map(({ pack, kind, ref, field, value }) => ({ pack, kind, ref, field, value })),
  };
}

/** Then these documents one after another, each applied. */
export function then(actual: Actual, ...packs: readonly WantedPack[]): Actual {
  return packs.reduce((now, pack) => {
    const desired = desire([pack]);
    return simulate(buildPlan(desired, now, repair), desired, now);
  }, actual);
}

export const byDefault = jira({ url: 'default' });
export const byDocument = jira({ url: 'default' }, { url: 'document' });
export const bare = jira({});
export const decided = jira({}, { url: 'document' });
export const installed = applied([byDefault]);

export interface Cell {
  readonly name: string;
  readonly pack: WantedPack;
  readonly actual: Actual;
  readonly expected: string;
  readonly drift?: 'report';
}

/** What a plan writes to the key `url`, from where, and what becomes of its override; then nothing is left to do. */
export function testCells(cells: readonly Cell[]): void {
  for (const { name, pack, actual, drift, expected } of cells) {
    test(`${name}: ${expected}`, () => {
      const planned = plan([pack], actual, drift === undefined ? repair : report);
      assert.equal(describe(planned), expected);
    });
  }

  test('every way through a key ends: the plan after is empty', () => {
    for (const { name, pack, actual } of cells) {
      const after = then(actual, pack);
      assert.deepEqual([plan([pack], after).changes, plan([pack], after).overrides], [[], []], name);
    }
  });
}

function describe(planned: Plan): string {
  const change = planned.changes.find(({ ref }) => ref === 'jira');
  const parts = [
    ...(change?.pack.config ?? []).flatMap((write) => [
      write.from,
      ...(write.from === 'document' && write.preserve ? ['preserved'] : []),
    ]),
    ...(change?.overrides ?? planned.overrides).map(({ op, value, own }) =>
      op === 'end' ? 'override ends' : `override ${own === true ? 'of a key of their own' : value}`,
    ),
  ];
  if (change === undefined) return ['nothing', ...parts].join(', ');
  return parts.length === 0 ? change.action : `${change.action}: ${parts.join(', ')}`;
}
