import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { keepDatabase } from '../../src/daemon/keep-database.ts';
import { publishLeft } from '../../src/daemon/publish-left.ts';
import { contextWith, nowhere } from '../announcements/telling-fleet.ts';
import { createFleet } from '../support/fleet.ts';
import { createFakeTiming } from './fake-timing.ts';

describe('what is left to tell', () => {
  it('is tried after a pass, and again with backoff, whatever passes come meanwhile', async () => {
    await using fleet = await createFleet();
    await fleet.sql(
      `INSERT INTO attune_sync.announcement (manager, pack, type, correlation_id, payload)
       SELECT 'test', 'core', 'RuleEnabled', gen_random_uuid(), '{}' FROM generate_series(1, 3)`,
    );
    const stop = new AbortController();
    const lines: string[] = [];
    const timing = createFakeTiming();
    const context = { ...contextWith(fleet, nowhere, lines), signal: stop.signal };
    const database = keepDatabase(async () => fleet.context.database);
    const left = publishLeft(context, { who: 'test@here', database, timing });
    assert.ok((await timing.asleep()) < 2 ** 31, 'asleep until a pass has ended');
    left.look();
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 3; attempt++) {
      waits.push(await nextWait());
      // Passes that end meanwhile do not press the broker.
      left.look();
      await timing.asleep();
      await timing.pass(waits.at(-1) ?? 0);
    }
    assert.deepEqual(waits, [750, 1500, 3000]);
    const warned = lines.filter((line) => line.startsWith('warn'));
    assert.equal(warned.length, 1, 'one line for one trouble');
    assert.match(
      warned[0] ?? '',
      /^warn Attune's services were not told of all changes yet: .*\[queue-unreachable\]\. It is tried again in 750 ms\.$/,
    );
    await fleet.sql('DELETE FROM attune_sync.announcement');
    stop.abort();
    await left.close();

    /** Until an attempt failed: then it waits for less than a day. */
    async function nextWait(): Promise<number> {
      for (;;) {
        const ms = await timing.asleep();
        if (ms < 60_000) return ms;
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  });

  it('reads nothing where no broker is configured', async () => {
    const context = { config: {}, signal: new AbortController().signal } as unknown as Parameters<
      typeof publishLeft
    >[0];
    const database = keepDatabase(() => assert.fail('opened'));
    const left = publishLeft(context, { who: 'test@here', database, timing: createFakeTiming() });
    left.look();
    await left.close();
  });
});
