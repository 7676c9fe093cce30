import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { allTrials, everyTrial, someTrials } from './choose-trials.ts';
import type { Scenario } from './scenario.ts';
import { tryScenario } from './try-scenario.ts';

/**
 * Tests of scenarios. `ATTUNE_SYNC_CRASH=all` tries every point, a list such as `kill:12,full` only those, `list` names
 * all points; without it a few are tried, always the same.
 */
export function testScenarios(scenarios: readonly Scenario[]): void {
  const asked = process.env.ATTUNE_SYNC_CRASH ?? '';
  describe('a run that is cut off', () => {
    for (const scenario of scenarios) {
      it(`while it is to ${scenario.name} is finished by the next, and nothing is lost`, async (t) => {
        const { failures } = await tryScenario(
          scenario,
          (points) => {
            if (asked === 'list') process.stderr.write(points.map(({ name }, at) => `${at + 1} ${name}\n`).join(''));
            if (asked === 'all') return allTrials(points);
            if (asked === '') return someTrials(points, seedOf(scenario));
            const wanted = new Set(asked.split(','));
            return everyTrial(points).filter(({ mode, at }) => wanted.has(mode) || wanted.has(`${mode}:${at}`));
          },
          (line) => (asked === '' ? t.diagnostic(line) : process.stderr.write(`${line}\n`)),
        );
        assert.deepEqual(failures, []);
      });
    }
  });
}

/** So that scenarios differ in where and how they are cut off. */
function seedOf({ name }: Scenario): number {
  return [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
}
