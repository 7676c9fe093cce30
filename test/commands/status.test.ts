import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildStatus, type StatusFacts } from '../../src/commands/build-status.ts';
import type { EnvironmentRow } from '../../src/commands/queries/read-environments.ts';
import type { InstalledPackRow } from '../../src/commands/queries/read-installed-packs.ts';
import type { RunChangeRow } from '../../src/commands/queries/read-last-run.ts';
import { readLocalDocuments } from '../../src/commands/read-local-documents.ts';
import { renderStatusJson, renderStatusText } from '../../src/commands/render-status.ts';
import { status as readStatus } from '../../src/commands/status.ts';
import type { PackDocument } from '../../src/desired/desired.ts';
import { problem } from '../../src/errors.ts';
import { createFleet } from '../support/fleet.ts';

const commit = 'abc1234'.padEnd(40, '0');
const when = new Date('2026-11-21T00:30:12.345Z');
const run = { id: '7', cause: 'apply', who: 'ada@host', started: when, ended: when, outcome: 'applied' };

function document(ref: string, branch: string | null = null): PackDocument {
  const source =
    branch === null
      ? ({ type: 'directory', path: `/packs/${ref}` } as const)
      : ({ type: 'git', url: 'https://x.example/r.git', ref: { type: 'branch', branch }, path: '' } as const);
  return { ref, source, config: {}, enabled: {}, entry: 'desired', where: { file: 'a.yaml' } };
}

function row(ref: string, manager: string | null): InstalledPackRow {
  const source = { type: 'git', url: 'https://x.example/r.git', ref: 'main', commit, path: null } as const;
  const nothing = { description: null, checksum: null, checksumVerified: null, method: null, storagePath: null };
  const times = { installedAt: when, created: when, updated: when };
  const from = { sourceType: 'git', sourceUrl: source.url, sourceRef: 'main', installedBy: null };
  const record = manager === null ? { digest: null, source: null, prune: null } : { digest: 'd', source, prune: true };
  return { ref, id: '1', label: ref, version: '1.0.0', manager, ...nothing, ...times, ...from, ...record };
}

function environment(given: Partial<EnvironmentRow>): EnvironmentRow {
  const which = { key: 'a'.repeat(32), link: '.venv', runtime: 'core.python', version: null };
  return { ...which, state: 'ready', fault: null, builtAt: null, bytes: null, ageMs: null, ...given };
}

function change(pack: string, outcome: string, message: string | null = null): RunChangeRow {
  return { pack, action: 'install', reason: 'not installed', outcome, message, run: '7', who: 'ada@host', ended: when };
}

function facts(given: Partial<StatusFacts> = {}): StatusFacts {
  const nothing = { documents: [], mentioned: [], packs: [], orphans: [], degraded: [], approvals: [], problems: [] };
  return { manager: 'examples', last: null, ...nothing, ...given };
}

const one = (given: Partial<StatusFacts>) => buildStatus(facts(given)).packs[0];
const last = (...changes: RunChangeRow[]) => ({ run, changes });

for (const [name, given, state, message] of [
  ['is there as recorded', { packs: [row('jira', 'examples')] }, 'installed', null],
  [
    'was applied in the last run',
    { packs: [row('jira', 'examples')], last: last(change('jira', 'applied')) },
    'installed',
    null,
  ],
  ['is desired and was never applied', { documents: [document('jira')] }, 'not installed', null],
  ['an invalid document names', { mentioned: ['jira'] }, 'not installed', null],
  [
    'failed',
    { documents: [document('jira')], last: last(change('jira', 'failed', 'disk full')) },
    'failed',
    'disk full',
  ],
  [
    'was blocked',
    { packs: [row('jira', 'examples')], last: last(change('jira', 'blocked', 'in use')) },
    'blocked',
    'in use',
  ],
  [
    'was skipped',
    { documents: [document('jira')], last: last(change('jira', 'skipped', 'core failed')) },
    'blocked',
    'core failed',
  ],
  [
    'could not be read',
    { packs: [row('jira', 'examples')], last: last(change('jira', 'unreadable', 'no answer')) },
    'unreadable',
    'no answer',
  ],
  [
    'has an action without runtime',
    { packs: [row('jira', 'examples')], degraded: [{ pack: 'jira', kind: 'action', ref: 'jira.close' }] },
    'degraded',
    'no runtime for action jira.close',
  ],
  [
    'has many actions without runtime',
    {
      packs: [row('jira', 'examples')],
      degraded: ['a', 'b', 'c', 'd', 'e'].map((name) => ({ pack: 'jira', kind: 'action', ref: `jira.${name}` })),
    },
    'degraded',
    'no runtime for action jira.a, action jira.b, action jira.c and 2 more',
  ],
  [
    'has lost environments',
    {
      packs: [row('jira', 'examples')],
      environments: new Map([
        [
          'jira',
          [
            environment({ state: 'missing' }),
            environment({ link: 'node_modules', state: 'broken', fault: '.bin/x is missing' }),
            environment({ link: '.other' }),
          ],
        ],
      ]),
    },
    'degraded',
    'environment .venv is missing, environment node_modules is broken (.bin/x is missing)',
  ],
  [
    'has its environments',
    { packs: [row('jira', 'examples')], environments: new Map([['jira', [environment({})]]]) },
    'installed',
    null,
  ],
  [
    'has an orphaned rule',
    { packs: [row('jira', 'examples')], orphans: [{ pack: 'jira', ref: 'jira.r', missing: ['action gone.y'] }] },
    'installed',
    'rule jira.r waits for action gone.y',
  ],
  [
    'another installed and a document names',
    { documents: [document('jira')], packs: [row('jira', null)] },
    'not adopted',
    'not installed by Attune Sync; the next apply adopts it',
  ],
  [
    'belongs to another manager and a document names',
    { documents: [document('jira')], packs: [row('jira', 'other')] },
    'not adopted',
    'belongs to manager other',
  ],
] satisfies [string, Partial<StatusFacts>, string, string | null][]) {
  test(`a pack that ${name} is ${state}`, () => {
    const pack = one(given);
    assert.equal(pack?.state, state);
    assert.equal(pack?.message, message);
  });
}

test('what another user met, or a run over some packs, is told with whose it was and when', () => {
  const documents = [document('jira')];
  const message = (given: Partial<RunChangeRow>, asker?: string) =>
    one({ documents, last: last({ ...change('jira', 'failed', 'disk full'), ...given }), ...(asker ? { asker } : {}) })
      ?.message;
  assert.equal(message({}, 'ada@host'), 'disk full');
  assert.equal(message({}, 'root@host'), 'disk full (run 7 by ada@host, 2026-11-21 00:30:12Z)');
  assert.equal(message({ run: '9' }, 'ada@host'), 'disk full (run 9 by ada@host, 2026-11-21 00:30:12Z)');
});

test('packs that are not ours and no document names are left out, and so are those removed', () => {
  const status = buildStatus(
    facts({ packs: [row('a', null), row('b', 'other')], last: last(change('gone', 'applied')) }),
  );
  assert.deepEqual(status.packs, []);
});

for (const [name, given, desired] of [
  ['the branch of the document', { documents: [document('jira', 'main')] }, 'branch main'],
  ['the directory of the document', { documents: [document('jira')] }, 'directory jira'],
  ['the recorded source without a document', { packs: [row('jira', 'examples')] }, 'git main'],
] satisfies [string, Partial<StatusFacts>, string][]) {
  test(`desired is ${name}`, () => assert.equal(one(given)?.desired, desired));
}

const fleet = buildStatus(
  facts({
    documents: [document('core'), document('jira', 'main'), document('vault', 'stable')],
    packs: [row('core', 'examples'), row('jira', 'examples')],
    last: last(change('vault', 'failed', 'The remote did not answer within 60 seconds.')),
  }),
);

test('the table has a row a pack, then the counts and the last run', () => {
  assert.equal(
    renderStatusText(fleet, { color: false, width: 100 }),
    `PACK   DESIRED         INSTALLED  STATE      COMMIT   MESSAGE
core   directory core  1.0.0      installed  abc1234
jira   branch main     1.0.0      installed  abc1234
vault  branch stable   -          failed     -        The remote did not answer within 60 seconds.

Manager examples: 3 packs, 1 failed, 2 installed.
Last run over all packs (7): applied, 2026-11-21 00:30:12Z, apply by ada@host.
`,
  );
});

test("a pack store that is not the database's is named, to people and to machines", () => {
  const problems = [problem('error', 'store-mismatch', 'The pack store belongs to another database.')];
  const status = buildStatus(facts({ problems }));
  assert.match(
    renderStatusText(status, { color: false, width: 100 }),
    /^error {2}The pack store belongs to another database \[store-mismatch\]\n\n1 error\n\nManager examples: /,
  );
  assert.deepEqual(JSON.parse(JSON.stringify(renderStatusJson(status))).problems, problems);
});

test('before the first apply it says so', () => {
  assert.equal(
    renderStatusText(buildStatus(facts()), { color: false, width: 100 }),
    'Manager examples: no pack is desired or installed.\nNo run over all packs is recorded yet.\n',
  );
});

test('the data for machines has whole commits and times as ISO 8601', () => {
  const data = JSON.parse(JSON.stringify(renderStatusJson(fleet)));
  assert.equal(data.formatVersion, 1);
  assert.equal(data.lastRun.ended, '2026-11-21T00:30:12.345Z');
  assert.deepEqual(data.packs[0], {
    ref: 'core',
    desired: 'directory core',
    installed: '1.0.0',
    state: 'installed',
    commit,
    message: null,
  });
});

test('a directory of documents that is emptied or gone is named, as in a plan', async () => {
  await using fleet = await createFleet();
  await fleet.writePack('one');
  await fleet.apply();
  const codes = async () => {
    const { problems } = await readStatus(fleet.context, await readLocalDocuments(fleet.context));
    return problems.map(({ code }) => code);
  };
  assert.deepEqual(await codes(), []);
  await fleet.write({ 'desired/one.yaml': null });
  assert.deepEqual(await codes(), ['entry-emptied']);
  await rm(join(fleet.directory, 'desired'), { recursive: true });
  assert.deepEqual(await codes(), ['entry-unreadable']);
});
