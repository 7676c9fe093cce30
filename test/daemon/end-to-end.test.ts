import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coreFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { createRemote } from '../support/git.ts';
import { startDaemon } from './start-daemon.ts';

/** Every row of every table by place and writing transaction, and every sequence: equal where nothing was written. */
async function fingerprint(fleet: Fleet): Promise<unknown> {
  const tables = await fleet.sql<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname IN ('attune', 'attune_sync') ORDER BY 1`,
  );
  const parts = tables.map(
    ({ name }) => `SELECT '${name}' AS name, md5(string_agg(ctid::text || xmin::text, ',' ORDER BY ctid)) FROM ${name}`,
  );
  return {
    rows: await fleet.sql(parts.join(' UNION ALL ')),
    sequences: await fleet.sql('SELECT schemaname, sequencename, last_value FROM pg_sequences ORDER BY 1, 2'),
  };
}

const ids = (fleet: Fleet) =>
  fleet.sql(`SELECT ref, id FROM pack UNION ALL SELECT ref, id FROM trigger UNION ALL SELECT ref, id FROM action
    UNION ALL SELECT ref, id FROM rule ORDER BY ref, id`);

const heraldFiles = {
  'pack.yaml': 'ref: herald\nlabel: Herald\nversion: 1.0.0\n',
  'triggers/news.yaml': 'ref: herald.news\nlabel: News\n',
  'actions/announce.yaml': 'ref: herald.announce\nlabel: Announce\nrunner_type: shell\nentry_point: announce.sh\n',
  'actions/announce.sh': { run: '#!/bin/sh\necho one\n' },
  'rules/announce_news.yaml':
    'ref: herald.announce_news\nlabel: Announce news\ntrigger_ref: herald.news\naction_ref: herald.announce\n',
};

test('documents, commits and what people do in Attune meet in a running daemon without losing anything', async () => {
  await using fleet = await createFleet({ sync: { intervalMs: 300 } });
  const remote = await createRemote(fleet.directory, heraldFiles, 'herald');
  await fleet.writePack('core', coreFiles);
  const stop = new AbortController();
  const daemon = await startDaemon(fleet, stop);
  try {
    await daemon.says(/^Applied 1 pack .* 1 installed\./);

    const saved = daemon.says(/^Applied 1 pack .* 1 installed\./);
    await fleet.write({
      'desired/herald.yaml': 'kind: Pack\nref: herald\nsource:\n  git: { url: ../herald.git, branch: main }\n',
    });
    await saved;
    const before = await ids(fleet);
    assert.ok(before.some(({ ref }) => ref === 'herald.announce_news'));

    const seen = daemon.says(/herald\.announce_news/);
    await fleet.sql("UPDATE rule SET enabled = FALSE WHERE ref = 'herald.announce_news'");
    await fleet.sql(`INSERT INTO rule (ref, pack, pack_ref, label, description, trigger, trigger_ref, action_ref, enabled, is_adhoc)
      SELECT 'herald.mine', pack, pack_ref, 'Mine', '', id, ref, 'herald.whisper', TRUE, TRUE
      FROM trigger WHERE ref = 'herald.news'`);
    await seen;

    const reinstalled = daemon.says(/^Applied 1 pack .* 1 reinstalled\./);
    await remote.commit({ 'actions/announce.sh': { run: '#!/bin/sh\necho two\n' } }, 'Say two');
    await reinstalled;
    assert.deepEqual(
      (await ids(fleet)).filter(({ ref }) => ref !== 'herald.mine'),
      before,
    );

    const relinked = daemon.says(/^Applied 1 pack .* 1 reinstalled\./);
    await remote.commit(
      {
        'actions/whisper.yaml': 'ref: herald.whisper\nlabel: Whisper\nrunner_type: shell\nentry_point: whisper.sh\n',
        'actions/whisper.sh': { run: '#!/bin/sh\necho psst\n' },
      },
      'Whisper too',
    );
    await relinked;
    assert.deepEqual(
      await fleet.sql(`SELECT rule.ref, rule.enabled, rule.is_adhoc, action.ref AS action
        FROM rule LEFT JOIN action ON action.id = rule.action ORDER BY rule.ref`),
      [
        { ref: 'herald.announce_news', enabled: false, is_adhoc: false, action: 'herald.announce' },
        { ref: 'herald.mine', enabled: true, is_adhoc: true, action: 'herald.whisper' },
      ],
    );

    await daemon.says(/^No changes\./);
    const idle = await fingerprint(fleet);
    await daemon.says(/^No changes\./);
    await daemon.says(/^No changes\./);
    assert.deepEqual(await fingerprint(fleet), idle);
  } finally {
    stop.abort();
    await daemon.ended;
  }
});

test('a daemon whose connections are ended goes on with new ones', async () => {
  await using fleet = await createFleet({ sync: { intervalMs: 300 } });
  await fleet.writePack('core', coreFiles);
  const stop = new AbortController();
  const daemon = await startDaemon(fleet, stop);
  try {
    await daemon.says(/^Applied 1 pack .* 1 installed\./);
    await fleet.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`);
    const installed = daemon.says(/^Applied 1 pack .* 1 installed\./);
    await fleet.writePack('second');
    await installed;
    assert.deepEqual(await fleet.sql('SELECT ref FROM pack ORDER BY ref'), [{ ref: 'core' }, { ref: 'second' }]);
  } finally {
    stop.abort();
    await daemon.ended;
  }
});

test('one broken document leaves the others installed and is named until it is mended', async () => {
  await using fleet = await createFleet({ sync: { intervalMs: 3_600_000 } });
  await fleet.writePack('core', coreFiles);
  await fleet.writePack('second');
  const stop = new AbortController();
  const daemon = await startDaemon(fleet, stop);
  try {
    await daemon.says(/^Applied 2 packs .* 2 installed\./);
    const broken = daemon.says(/error/);
    await fleet.write({ 'desired/second.yaml': 'kind: Pack\nref: second\nsource: {\n' });
    await broken;
    assert.equal((await fleet.sql('SELECT ref FROM pack')).length, 2);
    const mended = daemon.says(/^No changes\. 2 packs match/);
    await fleet.writePack('second');
    await mended;
  } finally {
    stop.abort();
    await daemon.ended;
  }
});
