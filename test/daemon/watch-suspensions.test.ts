import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchSuspensions } from '../../src/daemon/watch-suspensions.ts';
import type { EventBody } from '../../src/events/event.ts';
import type { ActiveSuspension } from '../../src/plan/plan.ts';
import { emptyPlan, withDaemon } from './daemon-scene.ts';
import { createFakeTiming } from './fake-timing.ts';

const epochMs = Date.parse('2026-01-02T03:00:00Z');
const at = (minutes: number) => new Date(epochMs + minutes * 60_000).toISOString();

function said(parts: Partial<ActiveSuspension> = {}): ActiveSuspension {
  const since = '2026-01-02T02:00:00.000Z';
  return { pack: 'jira', by: 'command', reason: 'loud', who: 'ann@host', since, until: null, where: null, ...parts };
}

function createScene() {
  const timing = createFakeTiming();
  const events: EventBody[] = [];
  const lines: string[] = [];
  const watch = watchSuspensions({
    emit: (event) => void events.push(event),
    log: (line) => void lines.push(line),
    timing,
    now: () => new Date(epochMs + timing.now()),
  });
  const see = (...suspensions: readonly ActiveSuspension[]) => {
    watch.seen(suspensions.length === 0 ? {} : { suspensions });
    return [events.splice(0), lines.splice(0)] as const;
  };
  return { timing, watch, see };
}

test('what is suspended and resumed is told once, and what was so at the start only in the log', () => {
  const { see } = createScene();
  const line = 'jira is suspended by ann@host since 2026-01-02 02:00:00Z: loud.';
  assert.deepEqual(see(said()), [[], [line]]);
  assert.deepEqual(see(said()), [[], []]);
  const whole = said({ pack: null, by: 'configuration', who: null, since: null, where: { file: '/etc/a.yaml' } });
  assert.deepEqual(see(whole, said()), [
    [{ type: 'suspended', ref: null, by: 'configuration', reason: 'loud', until: null }],
    ['All packs are suspended in the configuration (a.yaml): loud.'],
  ]);
  assert.deepEqual(see(whole), [[{ type: 'resumed', ref: 'jira', by: 'command' }], ['jira is resumed.']]);
  assert.deepEqual(see()[0], [{ type: 'resumed', ref: null, by: 'configuration' }]);
});

test('one that is said anew goes on; one whose time is up is resumed by that', () => {
  const { see, timing } = createScene();
  see(said());
  const [events] = see(said({ until: at(10) }));
  assert.deepEqual(events, [
    { type: 'suspended', ref: 'jira', by: 'ann@host', reason: 'loud', until: new Date(epochMs + 600_000) },
  ]);
  timing.advance(600_000);
  assert.deepEqual(see()[0], [{ type: 'resumed', ref: 'jira', by: 'expiry' }]);
});

test('the first that ends by itself is when to look again', () => {
  const { see, timing, watch } = createScene();
  assert.equal(watch.dueMs(), Infinity);
  see(said());
  assert.equal(watch.dueMs(), Infinity);
  see(said({ until: at(5) }), said({ pack: 'slack', until: at(3) }));
  timing.advance(60_000);
  assert.equal(watch.dueMs(), 60_000 + 120_000 + 1000);
});

test('the daemon looks at everything again by itself when a suspension runs out', { timeout: 20_000 }, () =>
  withDaemon(
    {},
    async ({ next, timing }) => {
      const until = new Date(Date.now() + 600_000).toISOString();
      (await next()).answer({}, { ...emptyPlan, suspensions: [said({ until })] });
      const ms = await timing.asleep();
      assert.ok(ms > 590_000 && ms <= 601_000, `${ms}`);
      await timing.pass(ms);
      const again = await next();
      assert.deepEqual([again.options.targets, again.options.cause], [undefined, 'daemon']);
      again.answer();
      assert.equal(await timing.asleep(), 3_600_000);
    },
    { intervalMs: 3_600_000 },
  ),
);
