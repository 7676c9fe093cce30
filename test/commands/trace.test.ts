import assert from 'node:assert/strict';
import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { status } from '../../src/commands/status.ts';
import { renderTraceJson, renderTraceText } from '../../src/commands/trace/render-trace.ts';
import { type Trace, trace } from '../../src/commands/trace/trace.ts';
import type { DatabaseContext } from '../../src/context.ts';
import { SyncError } from '../../src/errors.ts';
import { reconcile } from '../../src/reconcile.ts';
import { tinyPack } from '../support/desired.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { createRemote, gitEnvironment, runTestGit, type TestRemote, temporaryDirectory } from '../support/git.ts';

const rule = 'ref: one.watch\nlabel: Watch\ntrigger_ref: one.seen\naction_ref: one.hello\n';
const below = (files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`packs/one/${path}`, text]));

interface Scene extends AsyncDisposable {
  readonly fleet: Fleet;
  readonly context: DatabaseContext;
  readonly remote: TestRemote;
}

/** Documents and a pack in one repository, whose remote is gone since; a pack that Attune installed, and people's rows. */
async function createScene(test: TestContext): Promise<Scene> {
  const fleet = await createFleet({ environment: { PATH: gitEnvironment.PATH } });
  const remote = await createRemote(await temporaryDirectory(test), {
    'desired/one.yaml': '# The first.\nkind: Pack\nref: one\nsource:\n  directory: ../packs/one\n',
    ...below(tinyPack('one')),
    'desired/two.yaml': 'kind: Pack\nref: two\nsource: { directory: ../packs/one }\nsuspend: { reason: not yet }\n',
  });
  const seen = 'ref: one.seen\nlabel: Seen\n';
  await remote.commit(below({ 'triggers/seen.yaml': seen, 'rules/watch.yaml': rule }), 'Watch what is seen');
  const entry = { type: 'git', name: 'ops', url: remote.url, ref: { type: 'branch', branch: 'main' } } as const;
  const config = { ...fleet.context.config, desiredState: [{ ...entry, path: 'desired' }] };
  const context = { ...fleet.context, config };
  await reconcile(context, { cause: 'apply', who: 'ann@host', lockTimeoutMs: 20_000 });
  await fleet.sql(`INSERT INTO pack (ref, label, version) VALUES ('theirs', 'Theirs', '3.0.0')`);
  await fleet.sql(
    `INSERT INTO action (ref, pack, pack_ref, label, description, entrypoint, is_adhoc)
     SELECT 'one.mine', id, ref, 'Mine', '', 'x.sh', TRUE FROM pack WHERE ref = 'one'`,
  );
  await rm(remote.path, { recursive: true });
  return { fleet, context, remote, [Symbol.asyncDispose]: () => fleet[Symbol.asyncDispose]() };
}

async function single(context: DatabaseContext, ref: string): Promise<Trace> {
  const [one, ...others] = await trace(context, ref);
  if (one === undefined || others.length > 0) throw new Error(`${others.length + 1} rows of ${ref}`);
  return one;
}

const shown = (traces: readonly Trace[]) => renderTraceText(traces, { color: false, width: Number.POSITIVE_INFINITY });

test('leads from a component to its file, commit, author, document and run, without asking the remote', async (t) => {
  await using scene = await createScene(t);
  const { context, remote, fleet } = scene;
  const found = await single({ ...context, config: { ...context.config } }, 'one.watch');
  assert.deepEqual(
    [found.kind, found.origin, found.file, found.pack?.version],
    ['rule', 'managed', { path: 'rules/watch.yaml', line: 1 }, '1.0.0'],
  );
  assert.deepEqual(found.source?.path, 'packs/one');
  const { author, subject, commit, date } = found.change ?? {};
  assert.deepEqual([author, subject, commit], ['Ada Author', 'Watch what is seen', found.source?.commit]);
  assert.equal(new Date(date ?? 0).toISOString(), '2026-01-01T00:00:00.000Z');
  assert.deepEqual(
    [found.document?.file, found.document?.line, found.document?.entry, found.document?.change?.author],
    [`${remote.url}:desired/one.yaml`, 3, 'ops', 'Ada Author'],
  );
  assert.deepEqual(
    [found.writers.brought?.who, found.writers.brought?.cause, found.writers.brought?.action],
    ['ann@host', 'apply', 'install'],
  );
  const lines = shown([found]).split('\n');
  assert.deepEqual(lines.slice(0, 3), [
    'rule one.watch',
    '  origin    managed by test',
    '  file      rules/watch.yaml:1',
  ]);
  assert.match(
    lines.join('\n'),
    /commit +[0-9a-f]{12} by Ada Author, 2026-01-01 00:00:00Z: Watch what is seen \(read from it;/,
  );
  assert.match(lines.join('\n'), /run +\d+, .*Z, apply by ann@host: install, not installed/);
  assert.ok(lines.includes(`  document  ${remote.url}:desired/one.yaml:3 (ops)`), 'a named entry is said by its name');
  const desiredState = context.config.desiredState.map((one) => ({ ...one, name: `${remote.url}//desired` }));
  const unnamed = shown([await single({ ...context, config: { ...context.config, desiredState } }, 'one.watch')]);
  assert.ok(unnamed.split('\n').includes(`  document  ${remote.url}:desired/one.yaml:3`), unnamed);
  const local = { documents: [], mentioned: [], entries: [], problems: [] };
  const { packs } = await status({ ...context, config: { ...context.config } }, { ...local, ref: 'two' });
  assert.match(packs[0]?.message ?? '', /suspended in its document \(two\.yaml:4\): not yet/);
  // What was read is forgotten, and the store has it.
  await rm(join(fleet.directory, 'state'), { recursive: true });
  const later = await single({ ...context, config: { ...context.config } }, 'one.watch');
  assert.deepEqual([later.file, later.change, later.document], [found.file, null, null]);
  assert.match(shown([later]), /commit +[0-9a-f]{12}; its author is not known on this machine/);
});

test('says honestly what nobody recorded: rows of people, of Attune, and what somebody set or deleted', async (t) => {
  await using scene = await createScene(t);
  const { context, fleet } = scene;
  const mine = await single(context, 'one.mine');
  assert.deepEqual([mine.origin, mine.file, mine.writers.brought], ['adhoc', null, null]);
  assert.match(
    shown([mine]),
    /made by a person in Attune on .*; Attune does not say who\n +pack +one 1\.0\.0, managed by test/,
  );
  const theirs = await single(context, 'theirs');
  assert.deepEqual([theirs.kind, theirs.origin], ['pack', 'unmanaged']);
  assert.match(shown([theirs]), /not installed by Attune Sync, and never changed by it/);
  await fleet.sql(
    `INSERT INTO attune_sync.override (kind, ref, field, pack, value) VALUES ('trigger', 'one.seen', 'enabled', 'one', 'false')`,
  );
  await fleet.sql(`UPDATE trigger SET enabled = FALSE WHERE ref = 'one.seen'`);
  const seen = await single(context, 'one.seen');
  assert.equal(seen.overrides.length, 1);
  assert.match(
    shown([seen]),
    /managed by test, switched off[\s\S]*override +one\.seen enabled = false; a person set it, Attune does not say who/,
  );
  await fleet.sql(`DELETE FROM action WHERE ref = 'one.hello'`);
  const hello = await single(context, 'one.hello');
  assert.deepEqual([hello.origin, hello.file?.path], ['deleted', 'actions/hello.yaml']);
  assert.deepEqual((await single(context, 'one.watch')).waitsFor, ['action one.hello']);
  await fleet.sql(
    `INSERT INTO attune_sync.preserved (pack, kind, ref, reason) VALUES ('old', 'rule', 'old.rule', 'removed')`,
  );
  await assert.rejects(trace(context, 'old.rule'), { code: 'not-installed' });
  const json = JSON.parse(JSON.stringify(renderTraceJson([seen])));
  assert.deepEqual([json.found[0].enabled, json.found[0].overrides[0].value], [false, false]);
});

test('a pack that is only desired is traced to its document; what nobody knows is refused with the nearest', async () => {
  await using fleet = await createFleet({ migrated: false, environment: { PATH: gitEnvironment.PATH } });
  await fleet.writePack('jira');
  const found = await single(fleet.context, 'jira');
  assert.deepEqual([found.origin, found.document?.line, found.document?.change], ['not-installed', 2, null]);
  const git = (...args: readonly string[]) => runTestGit(fleet.directory, args);
  await git('init', '-q');
  // What this repository would have git run must not run.
  await git('config', 'core.fsmonitor', `touch ${join(fleet.directory, 'ran')}; false`);
  await git('-c', 'core.fsmonitor=false', 'add', 'desired');
  await git('-c', 'core.fsmonitor=false', 'commit', '-q', '-m', 'Want jira');
  const { change } = (await single(fleet.context, 'jira')).document ?? {};
  assert.deepEqual([change?.author, change?.subject, change?.isLastChange], ['Ada Author', 'Want jira', true]);
  await assert.rejects(access(join(fleet.directory, 'ran')));
  await assert.rejects(
    trace(fleet.context, 'jria'),
    (error) => error instanceof SyncError && error.code === 'unknown-ref' && /jira/.test(error.problems[0]?.hint ?? ''),
  );
});
