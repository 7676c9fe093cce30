import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { history } from '../../src/commands/history.ts';
import type { HistoryRow } from '../../src/commands/queries/read-history.ts';
import { renderHistoryJson, renderHistoryText } from '../../src/commands/render-history.ts';
import { withWriter } from '../../src/database/writer-lock.ts';
import { sweepHistory } from '../../src/versions/sweep/sweep-history.ts';
import { writeConfig } from '../support/cli-child.ts';
import { runInside } from '../support/cli-inside.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';

const day = 86_400_000;

/** Runs that ended so many days ago, each over all packs, with one change of the pack. */
async function insertRuns(fleet: Fleet, runs: readonly { readonly days: number; readonly action?: string }[]) {
  for (const { days, action = 'reinstall' } of runs) {
    await fleet.sql(
      `WITH r AS (
         INSERT INTO attune_sync.run (manager, cause, who, started, ended, outcome, entries, signature)
         VALUES ('test', 'daemon', 'root@here', now() - ?::float8 * interval '1 day', now() - ?::float8 * interval '1 day',
                 'applied', '{}', 'x') RETURNING id)
       INSERT INTO attune_sync.run_change (run, position, pack, action, reason_code, reason, outcome)
       SELECT id, 1, 'one', ?, 'content-changed', 'content changed', 'applied' FROM r`,
      [days, days, action],
    );
  }
}

async function ages(fleet: Fleet): Promise<unknown[]> {
  const rows = await fleet.sql<{ days: number }>(
    `SELECT round(extract(epoch FROM now() - ended) / 8640)::float8 / 10 AS days FROM attune_sync.run ORDER BY id`,
  );
  return rows.map(({ days }) => days);
}

describe('the text of history', () => {
  const [from, to] = ['a'.repeat(40), 'b'.repeat(40)];
  const row: HistoryRow = {
    run: '1',
    manager: 'test',
    cause: 'daemon',
    who: 'attune-sync@automation-1.example.com',
    started: new Date(0),
    ended: new Date(0),
    outcome: 'applied',
    pack: 'jira',
    action: 'reinstall',
    reason: '1.0.0 → 1.1.0, tag v1.0.0 → v1.1.0',
    message: null,
    fromVersion: '1.0.0',
    fromCommit: from,
    toVersion: '1.1.0',
    toCommit: to,
    durationMs: 1,
  };
  const failed: HistoryRow = {
    ...row,
    outcome: 'failed',
    toVersion: '1.0.0',
    reason: 'content changed in bbbbbbb by Ada',
    message: `the commit ${to} has no pack.yaml; the commit ${to} has no pack.yaml; ${'and so on '.repeat(30).trim()}`,
  };
  const back: HistoryRow = {
    ...row,
    fromVersion: '1.1.0',
    toVersion: '1.0.0',
    reason: 'rolled back from 1.1.0 to 1.0.0: it is loud',
  };
  const lines = (rows: readonly HistoryRow[], width: number) =>
    renderHistoryText(rows, { color: false, width }).trimEnd().split('\n');

  it('says once what the reason and the message begin with alike', () => {
    const waiting = 'no longer desired since 2026-11-21 10:00:00; removed after 2026-11-22 10:00:00 if it stays so';
    const removal = { ...row, action: 'remove', outcome: 'blocked', reason: 'no longer desired', message: waiting };
    assert.ok(lines([removal], 400)[1]?.endsWith(`  ${waiting}`));
    const other = { ...removal, message: 'no longer desiredly so' };
    assert.ok(lines([other], 400)[1]?.endsWith('  no longer desired: no longer desiredly so'));
  });

  it('has one short line a change where there is no terminal, and says nothing twice', () => {
    const [, changed = '', broken = '', rolled = '', ...more] = lines([row, failed, back], Number.POSITIVE_INFINITY);
    assert.deepEqual(more, []);
    assert.match(changed, /reinstall {2}1\.0\.0 → 1\.1\.0 .* daemon {2}tag v1\.0\.0 → v1\.1\.0$/);
    assert.match(broken, /1\.0\.0 \(aaaaaaa\) → 1\.0\.0 \(bbbbbbb\) {2}failed /);
    assert.match(broken, /content changed in bbbbbbb by Ada: the commit bbbbbbb has no pack\.yaml; and so [^;]*…$/);
    assert.ok(broken.length < 240, broken);
    const [, next = ''] = lines([{ ...row, reason: '1.0.0 → 1.1.0' }], Number.POSITIVE_INFINITY);
    assert.match(next, / daemon {2}version changed$/);
    assert.match(rolled, / 1\.1\.0 → 1\.0\.0 .* rolled back: it is loud$/);
  });

  it('is cards on a narrow terminal, with all that happened to what in their first line, and whole', () => {
    for (const width of [40, 60, 80, 100]) {
      const shown = lines([row, failed], width);
      assert.match(shown[0] ?? '', /^1970-01-01 00:00:00Z jira reinstall/);
      assert.ok(
        shown.every((line) => line.length <= width),
        `${width}`,
      );
      assert.equal(shown.join(' ').match(/and\s+so\s+on/g)?.length ?? 0, 30, `${width}`);
    }
    const all = { ...failed, pack: null, action: null, fromVersion: null, toVersion: null };
    assert.equal(lines([all], 40)[0], '1970-01-01 00:00:00Z (all) failed');
    assert.equal(lines([row], 80)[0], '1970-01-01 00:00:00Z jira reinstall 1.0.0 → 1.1.0 applied');
  });
});

describe('history', () => {
  it('shows what was done to each pack, newest first, and a run that only recorded trouble', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('one');
    await fleet.writePack('two');
    await fleet.apply();
    await fleet.writePack('one', { 'lib/text': 'new' }, { version: '2.0.0' });
    await fleet.apply();
    await fleet.write({ 'desired/bad.yaml': 'kind: Nothing\n' });
    await fleet.apply();
    const rows = await history(fleet.context, { limit: 10 });
    assert.deepEqual(
      rows.map(({ pack, action, fromVersion, toVersion, outcome }) => [pack, action, fromVersion, toVersion, outcome]),
      [
        [null, null, null, null, 'failed'],
        ['one', 'reinstall', '1.0.0', '2.0.0', 'applied'],
        ['two', 'install', null, '1.0.0', 'applied'],
        ['one', 'install', null, '1.0.0', 'applied'],
      ],
    );
    const text = renderHistoryText(rows, { color: false, width: 160 });
    assert.match(text, /one +reinstall +1\.0\.0 → 2\.0\.0 +applied +test@here, apply/);
    assert.match(text, /\(all\) +- +- +failed/);
    const json = JSON.parse(JSON.stringify(renderHistoryJson(rows)));
    assert.equal(json.changes.length, 4);
    assert.match(json.changes[1].ended, /^\d{4}-.*Z$/);
  });

  it('ends where it is told to, and is empty in a database that knows nothing of this tool', async () => {
    await using fleet = await createFleet();
    await insertRuns(fleet, [{ days: 9 }, { days: 3 }, { days: 1 }]);
    assert.equal((await history(fleet.context, { limit: 2 })).length, 2);
    assert.equal((await history(fleet.context, { limit: 9, since: new Date(Date.now() - 4 * day) })).length, 2);
    await using fresh = await createFleet({ migrated: false });
    assert.deepEqual(await history(fresh.context, { limit: 9 }), []);
  });

  it('is read from the command line by pack, count and time', async () => {
    await using fleet = await createFleet();
    await writeConfig(fleet);
    await insertRuns(fleet, [{ days: 9 }, { days: 3 }]);
    const { code, out } = await runInside(fleet, ['history', 'one', '--since', '4d', '-o', 'json']);
    assert.equal(code, 0);
    assert.equal(JSON.parse(out).changes.length, 1);
    const wrong = await runInside(fleet, ['history', '--since', 'yesterday']);
    assert.equal(wrong.code, 1);
    assert.match(wrong.err, /24h, 7d/);
  });
});

describe('old history', () => {
  async function applied(fleet: Fleet, keepMs: number): Promise<void> {
    Object.assign(fleet.context.config.history, { keepMs });
    await fleet.writePack('one');
    assert.equal((await fleet.apply()).result.outcome, 'applied');
  }

  it('goes at the end of a run that wrote something, and not with one that did not', async () => {
    await using fleet = await createFleet();
    await applied(fleet, 30 * day);
    await insertRuns(fleet, [{ days: 40 }, { days: 31 }, { days: 29 }]);
    await fleet.sql(
      `UPDATE attune_sync.run SET signature = (SELECT signature FROM attune_sync.run ORDER BY id LIMIT 1), entries = '{"desired": 1}'`,
    );
    assert.equal((await fleet.apply()).result.run, null);
    assert.deepEqual(await ages(fleet), [0, 40, 31, 29]);
    await fleet.writePack('one', { 'lib/text': 'new' });
    await fleet.apply();
    assert.deepEqual(await ages(fleet), [0, 29, 0]);
    assert.deepEqual(await fleet.sql('SELECT count(*)::int AS count FROM attune_sync.run_change'), [{ count: 3 }]);
  });

  it('keeps removals of the last day, the last run over all packs, and what other managers did', async () => {
    await using fleet = await createFleet();
    await insertRuns(fleet, [{ days: 0.9, action: 'remove' }, { days: 2, action: 'remove' }, { days: 0.5 }]);
    await fleet.sql(
      `INSERT INTO attune_sync.run (manager, cause, who, started, ended, outcome, entries, signature)
       SELECT 'other', cause, who, started, ended, outcome, entries, signature FROM attune_sync.run ORDER BY id LIMIT 1`,
    );
    await fleet.sql(`UPDATE attune_sync.run SET targets = ARRAY['one'] WHERE manager = 'test'`);
    await applied(fleet, 60_000);
    await fleet.sql(
      `UPDATE attune_sync.run SET ended = now() - interval '1 hour' WHERE targets IS NULL AND manager = 'test'`,
    );
    Object.assign(fleet.context.config.history, { keepMs: 60_000 });
    await fleet.sql(`UPDATE pack SET label = 'Mine'`);
    const { result } = await fleet.apply();
    assert.equal(result.outcome, 'applied');
    assert.deepEqual(
      await fleet.sql(
        `SELECT manager, targets, round(extract(epoch FROM now() - ended) / 3600)::int AS hours FROM attune_sync.run ORDER BY id`,
      ),
      [
        { manager: 'test', targets: ['one'], hours: 22 },
        { manager: 'other', targets: null, hours: 22 },
        { manager: 'test', targets: null, hours: 0 },
      ],
    );
  });

  it('keeps the last run over all packs however old, because later runs decide by what it read', async () => {
    await using fleet = await createFleet();
    await applied(fleet, 60_000);
    await fleet.sql(`UPDATE attune_sync.run SET ended = now() - interval '9 days'`);
    const lock = { holder: 'test', timeoutMs: 5000, signal: new AbortController().signal };
    const count = await withWriter(fleet.context.database, lock, (writer) =>
      writer.transaction((transaction) => sweepHistory(transaction, 'test', 60_000)),
    );
    assert.equal(count, 0);
    assert.equal((await ages(fleet)).length, 1);
  });
});
