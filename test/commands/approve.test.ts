import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ApproveOptions, approve } from '../../src/commands/approve.ts';
import { listApprovals } from '../../src/commands/list-approvals.ts';
import { status } from '../../src/commands/status.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { createFleet, type Fleet, type FleetOptions } from '../support/fleet.ts';

const trigger = (ref: string) => ({ [`triggers/${ref}.yaml`]: `ref: ${ref}.bell\nlabel: Bell\n` });

async function writeFull(fleet: Fleet, ref: string, version = '1.0.0'): Promise<void> {
  await fleet.writePack(ref, trigger(ref), { version });
}

async function writeEmpty(fleet: Fleet, ref: string, version = '2.0.0'): Promise<void> {
  await fleet.writePack(ref, { triggers: null }, { version });
}

/** Packs that were installed with a component each, and have none in the version that comes. */
async function createEmptied(refs: readonly string[], options: FleetOptions = {}): Promise<Fleet> {
  const fleet = await createFleet(options);
  for (const ref of ['base', ...refs]) await writeFull(fleet, ref);
  await fleet.apply();
  for (const ref of refs) await writeEmpty(fleet, ref);
  return fleet;
}

function give(fleet: Fleet, id: string, more: Partial<ApproveOptions> = {}) {
  return approve(fleet.context, { id, who: 'ada@host', lockTimeoutMs: 20_000, ...more });
}

function idOf(plan: Plan): string {
  if (plan.guarded === null) throw new Error('nothing waits for an approval');
  return plan.guarded.id;
}

async function versions(fleet: Fleet): Promise<string> {
  const rows = await fleet.sql<{ ref: string; version: string }>(`SELECT ref, version FROM pack ORDER BY ref`);
  return rows.map(({ ref, version }) => `${ref} ${version}`).join(', ');
}

async function used(fleet: Fleet): Promise<string[]> {
  return (await fleet.sql<{ pack: string }>('SELECT pack FROM attune_sync.approval_use ORDER BY pack')).map(
    ({ pack }) => pack,
  );
}

describe('an approval', () => {
  it('lets the whole set through, once', async () => {
    await using fleet = await createEmptied(['one', 'two']);
    const { plan, result } = await fleet.apply();
    assert.deepEqual(
      result.packs.map(({ ref, outcome }) => `${ref} ${outcome}`),
      ['one blocked', 'two blocked'],
    );
    const given = await give(fleet, idOf(plan), { why: ' they move\nto another pack ' });
    assert.deepEqual(
      [given?.who, given?.why, given?.changes.map(({ pack }) => pack)],
      ['ada@host', 'they move to another pack', ['one', 'two']],
    );
    const after = await fleet.apply();
    assert.equal(after.result.outcome, 'applied');
    assert.equal(await versions(fleet), 'base 1.0.0, one 2.0.0, two 2.0.0');
    assert.deepEqual(await used(fleet), ['one', 'two']);

    await writeFull(fleet, 'one', '3.0.0');
    await fleet.apply();
    await writeEmpty(fleet, 'one', '2.0.0');
    assert.equal((await fleet.apply()).result.outcome, 'blocked');
  });

  it('is in history: who gave it, why and for what, and with which changes it was used', async () => {
    await using fleet = await createEmptied(['one']);
    const { plan } = await fleet.apply();
    await give(fleet, idOf(plan), { why: 'spring cleaning' });
    await fleet.apply();
    const rows = await fleet.sql<{ line: string }>(
      `SELECT concat_ws(' ', r.cause, r.who, c.pack, c.action, c.outcome, c.reason) AS line
         FROM attune_sync.run_change c JOIN attune_sync.run r ON r.id = c.run ORDER BY r.id, c.position`,
    );
    const [given, done] = rows.slice(-2).map(({ line }) => line);
    assert.match(given ?? '', /^approve ada@host one approve applied reinstall approved until 20.*Z: spring cleaning$/);
    assert.match(
      done ?? '',
      /^apply test@here one reinstall applied 1\.0\.0 → 2\.0\.0, approved by ada@host \(spring cleaning\)$/,
    );
    const [use] = await fleet.sql(
      `SELECT u.pack, c.action FROM attune_sync.approval_use u JOIN attune_sync.run_change c ON c.run = u.run AND c.pack = u.pack`,
    );
    assert.deepEqual(use, { pack: 'one', action: 'reinstall' });
  });

  it('of an id that is not the current one is refused, with the one that is', async () => {
    await using fleet = await createEmptied(['one']);
    const { plan } = await fleet.apply();
    await assert.rejects(give(fleet, '000000000000'), (error: Error) => {
      assert.match(error.message, new RegExp(idOf(plan)));
      return (error as { code?: string }).code === 'another-plan';
    });
    await writeFull(fleet, 'one', '3.0.0');
    await assert.rejects(give(fleet, idOf(plan)), { code: 'nothing-to-approve' });
    assert.deepEqual(await listApprovals(fleet.context), []);
  });

  it('holds for that content alone: what changed since waits again', async () => {
    await using fleet = await createEmptied(['one', 'two']);
    const { plan } = await fleet.apply();
    await give(fleet, idOf(plan));
    await writeEmpty(fleet, 'two', '2.1.0');
    const { result, plan: next } = await fleet.apply();
    assert.deepEqual(
      result.packs.map(({ ref, outcome }) => `${ref} ${outcome}`),
      ['one applied', 'two blocked'],
    );
    assert.notEqual(idOf(next), idOf(plan));
  });

  it('expires after 24 hours', async () => {
    await using fleet = await createEmptied(['one']);
    const { plan } = await fleet.apply();
    const given = await give(fleet, idOf(plan));
    const hours = ((given?.expires.getTime() ?? 0) - Date.now()) / 3_600_000;
    assert.ok(hours > 23.9 && hours <= 24, `${hours}`);
    await fleet.sql(`UPDATE attune_sync.approval SET expires = now() - interval '1 second'`);
    assert.equal((await fleet.apply()).result.outcome, 'blocked');
    assert.equal(await versions(fleet), 'base 1.0.0, one 1.0.0');
    assert.notEqual(await give(fleet, idOf(plan)), null);
    assert.equal((await fleet.apply()).result.outcome, 'applied');
  });

  it('of another manager counts for that one alone', async () => {
    await using fleet = await createEmptied(['one']);
    const { plan } = await fleet.apply();
    await give(fleet, idOf(plan));
    await fleet.sql(`UPDATE attune_sync.approval SET manager = 'staging'`);
    assert.equal((await fleet.apply()).result.outcome, 'blocked');
    assert.deepEqual(await listApprovals(fleet.context), []);
  });

  it('of a set that fails half-way stays for the rest', async () => {
    await using fleet = await createEmptied(['one', 'three', 'two']);
    const { plan } = await fleet.apply();
    await give(fleet, idOf(plan));
    await fleet.sql(`ALTER TABLE pack ADD CONSTRAINT no_two CHECK (ref <> 'two' OR version = '1.0.0')`);
    const { result } = await fleet.apply();
    assert.deepEqual(
      result.packs.map(({ ref, outcome }) => `${ref} ${outcome}`),
      ['one applied', 'three applied', 'two failed'],
    );
    assert.deepEqual(await used(fleet), ['one', 'three'], 'what was not applied did not use it');
    await fleet.sql(`ALTER TABLE pack DROP CONSTRAINT no_two`);
    assert.equal((await fleet.apply()).result.outcome, 'applied');
    assert.deepEqual(await used(fleet), ['one', 'three', 'two']);
  });

  it('given twice at once is given once', async () => {
    await using fleet = await createEmptied(['one']);
    const { plan } = await fleet.apply();
    const both = await Promise.allSettled([give(fleet, idOf(plan)), give(fleet, idOf(plan), { who: 'bob@host' })]);
    const refused = both.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
    assert.deepEqual(refused.length, 1);
    assert.match(String(refused[0]), /^(plan-changed|nothing-to-approve)$/);
    assert.equal((await listApprovals(fleet.context)).length, 1);
  });

  it('used twice at once is used once', async () => {
    await using fleet = await createEmptied(['one', 'two']);
    const { plan } = await fleet.apply();
    await give(fleet, idOf(plan));
    const both = await Promise.all([fleet.apply(), fleet.apply()]);
    const outcomes = both.map(({ result }) => result.outcome).sort();
    assert.deepEqual(outcomes, ['applied', 'unchanged']);
    const [count] = await fleet.sql(
      `SELECT count(*)::int AS changes FROM attune_sync.run_change WHERE action = 'reinstall' AND outcome = 'applied'`,
    );
    assert.deepEqual(count, { changes: 2 });
    assert.deepEqual(await used(fleet), ['one', 'two']);
  });

  it('that is gone when the change is written lets nothing through', async () => {
    await using fleet = await createEmptied(['one']);
    const { plan } = await fleet.apply();
    await give(fleet, idOf(plan));
    await fleet.sql(
      `CREATE FUNCTION expire() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN UPDATE attune_sync.approval SET expires = now() - interval '1 second'; RETURN NEW; END $$`,
    );
    await fleet.sql(`CREATE TRIGGER expire BEFORE UPDATE ON pack FOR EACH ROW EXECUTE FUNCTION expire()`);
    const { result } = await fleet.apply();
    assert.deepEqual(
      result.packs.map(({ outcome, problems }) => [outcome, problems.map(({ code }) => code)]),
      [['failed', ['approval-over']]],
    );
    assert.equal(await versions(fleet), 'base 1.0.0, one 1.0.0');
  });

  it('is asked for with the set, and a no approves nothing', async () => {
    await using fleet = await createEmptied(['one']);
    const { plan } = await fleet.apply();
    const asked: string[] = [];
    const confirm: ApproveOptions['confirm'] = async ({ id, changes }) => {
      asked.push(id, ...changes.map(({ pack }) => pack));
      return false;
    };
    assert.equal(await give(fleet, idOf(plan), { confirm }), null);
    assert.deepEqual(asked, [idOf(plan), 'one']);
    assert.deepEqual(await listApprovals(fleet.context), []);
  });

  it('does not hold for what changed while it was asked for', async () => {
    await using fleet = await createEmptied(['one']);
    const { plan } = await fleet.apply();
    const confirm = async () => {
      await fleet.sql(`UPDATE attune_sync.pack SET manager = 'staging' WHERE ref = 'one'`);
      return true;
    };
    await assert.rejects(give(fleet, idOf(plan), { confirm }), { code: 'plan-changed' });
    assert.deepEqual(await listApprovals(fleet.context), []);
  });

  it('does not hide in status that the pack still waits to be applied', async () => {
    await using fleet = await createEmptied(['one']);
    const { plan } = await fleet.apply();
    await give(fleet, idOf(plan));
    const { packs, lastRun } = await status(fleet.context, { documents: [], mentioned: [], entries: [], problems: [] });
    assert.deepEqual(
      packs.map(({ ref, state }) => `${ref} ${state}`),
      ['base installed', 'one blocked'],
    );
    assert.match(packs[1]?.message ?? '', /needs an approval; approved since by ada@host, until 20.*Z$/);
    assert.equal(lastRun?.cause, 'apply');
  });
});

describe('tables of an earlier release', () => {
  it('are brought up to date by apply, and only then planned by', async () => {
    await using fleet = await createEmptied(['one']);
    await fleet.sql('DROP TABLE attune_sync.approval_use, attune_sync.approval');
    await fleet.sql('DROP INDEX attune_sync.idx_sync_run_change_removed');
    await fleet.sql(`DELETE FROM attune_sync.migration WHERE name = '0003_approval'`);
    await assert.rejects(fleet.plan(), { code: 'schema-older' });
    const { plan } = await fleet.apply();
    assert.notEqual(await give(fleet, idOf(plan)), null);
  });
});

describe('a pack that loses components', () => {
  it('may lose as many as the configuration says in one change, and not one more', async () => {
    const removalLimit = { count: 5, percent: 25, components: 2 };
    await using fleet = await createFleet({ sync: { removalLimit } });
    const bells = (names: readonly string[]) =>
      Object.fromEntries(names.map((name) => [`triggers/${name}.yaml`, `ref: one.${name}\nlabel: ${name}\n`]));
    await fleet.writePack('one', bells(['a', 'b', 'c', 'd', 'e', 'f']));
    await fleet.apply();
    await fleet.writePack('one', { triggers: null, ...bells(['a', 'b', 'c']) }, { version: '2.0.0' });
    const held = await fleet.apply();
    assert.deepEqual(held.plan.guarded?.why, [
      'one 2.0.0 lacks 3 of 6 components, more than 2 (sync.removalLimit.components)',
    ]);
    await fleet.writePack('one', bells(['d']), { version: '2.0.1' });
    assert.equal((await fleet.apply()).result.outcome, 'applied');
    assert.equal(await versions(fleet), 'one 2.0.1');
  });
});
